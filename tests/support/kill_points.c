/* Preloaded into a process under test: kills it before or after the n-th call that can reach the disk or a pipe.
   Even numbers: before call n / 2; odd numbers: after it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <sys/types.h>
#include <unistd.h>

static long armed = -2; /* -2: off; -1: counts only */
static long count = 0;

void kill_points_arm(long target) {
  armed = target;
  count = 0;
}

long kill_points_count(void) { return count; }

static void reach(void) {
  if (armed == -2) return;
  if (count == armed) kill(getpid(), SIGKILL);
  ++count;
}

#define WRAP(type, name, parameters, arguments)              \
  type name parameters {                                     \
    static type(*real) parameters;                           \
    if (!real) *(void**)&real = dlsym(RTLD_NEXT, #name);     \
    reach();                                                 \
    type result = real arguments;                            \
    reach();                                                 \
    return result;                                           \
  }

WRAP(int, fsync, (int fd), (fd))
WRAP(int, fdatasync, (int fd), (fd))
WRAP(int, unlink, (const char* path), (path))
WRAP(int, ftruncate, (int fd, off_t size), (fd, size))
WRAP(int, ftruncate64, (int fd, off64_t size), (fd, size))
WRAP(int, rename, (const char* from, const char* to), (from, to))
WRAP(ssize_t, write, (int fd, const void* data, size_t size), (fd, data, size))
WRAP(ssize_t, pwrite, (int fd, const void* data, size_t size, off_t at), (fd, data, size, at))
WRAP(ssize_t, pwrite64, (int fd, const void* data, size_t size, off64_t at), (fd, data, size, at))
