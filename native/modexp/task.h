// Proofs and messages are written top to bottom as coroutines; wherever one needs powers it suspends:
//
//     auto [cap_s, cap_t] = co_await batch.evaluate(std::move(s_job), std::move(t_job));
//
// Batch::run_all starts many such tasks, collects the products that all of them wait for, gives them to the engine in
// one run, and resumes them; so a protocol round costs a handful of runs whatever the number of proofs and peers.
#pragma once

#include <array>
#include <coroutine>
#include <optional>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/wipe.h"
#include "modexp/engine.h"

namespace mpc::modexp {

/// A lazily started coroutine with one result. Its frame, which holds secrets, is wiped when it is freed.
template <class T>
class [[nodiscard]] Task {
 public:
  struct promise_type {
    std::optional<T> value;
    std::coroutine_handle<> continuation = std::noop_coroutine();

    Task get_return_object() { return Task(std::coroutine_handle<promise_type>::from_promise(*this)); }
    std::suspend_always initial_suspend() noexcept { return {}; }
    struct FinalAwaiter {
      bool await_ready() noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> self) noexcept {
        return self.promise().continuation;
      }
      void await_resume() noexcept {}
    };
    FinalAwaiter final_suspend() noexcept { return {}; }
    template <class U>
    void return_value(U&& result) {
      value.emplace(std::forward<U>(result));
    }
    // Tasks report failure by value; an exception here is out of memory.
    void unhandled_exception() { std::abort(); }

    static void* operator new(std::size_t bytes) { return ::operator new(bytes); }
    static void operator delete(void* frame, std::size_t bytes) {
      wipe(frame, bytes);
      ::operator delete(frame);
    }
  };

  explicit Task(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Task& operator=(Task&&) = delete;
  Task(const Task&) = delete;
  ~Task() {
    if (handle_) handle_.destroy();
  }

  void start() { handle_.resume(); }
  bool done() const { return handle_.done(); }
  T take() { return std::move(*handle_.promise().value); }

  // Awaiting a task runs it as a part of the awaiting one.
  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> continuation) noexcept {
    handle_.promise().continuation = continuation;
    return handle_;
  }
  T await_resume() { return take(); }

 private:
  std::coroutine_handle<promise_type> handle_;
};

class Batch {
 public:
  /// Suspends the calling task until the next engine run has evaluated the products. Tasks that wait for the same run
  /// resume in the order in which they suspended.
  struct Evaluation {
    Batch& batch;
    std::vector<Product> products;
    std::vector<Secret<Nat>> residues = {};
    std::coroutine_handle<> waiting = nullptr;

    bool await_ready() const noexcept { return products.empty(); }
    void await_suspend(std::coroutine_handle<> task) {
      waiting = task;
      batch.pending_.push_back(this);
    }
    std::vector<Secret<Nat>> await_resume() { return std::move(residues); }
  };
  Evaluation evaluate(std::vector<Product> products) { return Evaluation{*this, std::move(products)}; }

  /// The same for a fixed number of products, for structured bindings.
  template <std::size_t n>
  struct FixedEvaluation : Evaluation {
    std::array<Secret<Nat>, n> await_resume() {
      std::array<Secret<Nat>, n> out;
      for (std::size_t i = 0; i < n; ++i) out[i] = std::move(this->residues[i]);
      return out;
    }
  };
  template <class... P>
    requires(std::is_same_v<P, Product> && ...)
  FixedEvaluation<sizeof...(P)> evaluate(P&&... product) {
    std::vector<Product> products;
    products.reserve(sizeof...(P));
    (products.push_back(std::move(product)), ...);
    return FixedEvaluation<sizeof...(P)>{{*this, std::move(products)}};
  }

  /// Runs tasks to their ends, one engine run for all that wait at the same time.
  template <class T>
  std::vector<T> run_all(std::vector<Task<T>> tasks) {
    for (auto& task : tasks) task.start();
    while (!pending_.empty()) run_pending();
    std::vector<T> results;
    results.reserve(tasks.size());
    for (auto& task : tasks) {
      MPC_ASSERT(task.done());
      results.push_back(task.take());
    }
    return results;
  }
  template <class T>
  T run(Task<T> task) {
    std::vector<Task<T>> tasks;
    tasks.push_back(std::move(task));
    return std::move(run_all(std::move(tasks))[0]);
  }

 private:
  void run_pending();

  std::vector<Evaluation*> pending_;
};

}  // namespace mpc::modexp
