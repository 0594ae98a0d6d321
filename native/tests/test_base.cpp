// The base layer: secrets and their end, errors as values, random bytes, threads.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <ostream>
#include <set>
#include <thread>

#include "base/result.h"
#include "base/secret.h"
#include "base/seeded_random.h"
#include "tests/support/freed_memory.h"
#include "tests/support/hex.h"
#include "tests/support/thread_limit.h"

namespace mpc {
namespace {

using fixtures::FreedMemory;
using fixtures::ThreadLimit;
using fixtures::to_hex;

using Block = std::array<std::uint8_t, 64>;

Block pattern() {
  Block out;
  out.fill(0xa5);
  return out;
}

/// The compiler must have written everything before this.
void settle(const void* at) { asm volatile("" : : "r"(at) : "memory"); }

// ---- Secrets

template <class T>
concept Comparable = requires(const T& a, const T& b) { a == b; } || requires(const T& a, const T& b) { a < b; };
template <class T>
concept Printable = requires(std::ostream& out, const T& a) { out << a; };

template <class T>
constexpr bool keeps_to_itself =
    !std::is_copy_constructible_v<Secret<T>> && !std::is_copy_assignable_v<Secret<T>> &&
    std::is_nothrow_move_constructible_v<Secret<T>> && std::is_nothrow_move_assignable_v<Secret<T>> &&
    !std::is_convertible_v<T, Secret<T>> && !std::is_convertible_v<Secret<T>, T> && !Comparable<Secret<T>> &&
    !Printable<Secret<T>>;
static_assert(keeps_to_itself<std::uint64_t> && keeps_to_itself<Block> && keeps_to_itself<WipedBytes>);
static_assert(Comparable<std::uint64_t> && Printable<std::uint64_t>, "the concepts can tell");

TEST(Secret, is_read_cloned_and_declassified_by_name_only) {
  const Secret<std::uint64_t> secret(std::uint64_t{7});
  EXPECT_EQ(secret.expose(), 7U);
  EXPECT_EQ(secret.clone().expose(), 7U);
  EXPECT_EQ(declassify("test.value", secret), 7U);
  EXPECT_EQ(Secret<std::uint64_t>().expose(), 0U);
}

TEST(Secret, moves_its_value) {
  Secret<WipedBytes> source(WipedBytes{1, 2, 3});
  const Secret<WipedBytes> clone = source.clone();
  Secret<WipedBytes> target;
  target = std::move(source);
  EXPECT_EQ(target.expose(), (WipedBytes{1, 2, 3}));
  EXPECT_EQ(clone.expose(), target.expose());
  EXPECT_TRUE(source.expose().empty());  // NOLINT: what is left behind is the question
}

TEST(Secret, tells_its_blocks_of_memory) {
  const WipedBytes bytes(5);
  std::size_t seen = 0;
  visit_memory(bytes, [&](const void* at, std::size_t n) {
    EXPECT_EQ(at, bytes.data());
    seen += n;
  });
  visit_memory(pattern(), [&](const void*, std::size_t n) { seen += n; });
  visit_memory(std::uint16_t{1}, [&](const void*, std::size_t n) { seen += n; });
  EXPECT_EQ(seen, 5U + 64U + 2U);
}

TEST(FreedMemory, sees_what_nobody_wiped) {
  auto plain = std::make_unique<Block>(pattern());
  settle(plain.get());
  const FreedMemory memory(plain.get(), sizeof(Block));
  EXPECT_FALSE(memory.freed());
  plain.reset();
  EXPECT_TRUE(memory.freed());
  EXPECT_FALSE(memory.wiped());
}

TEST(Secret, wipes_plain_values_at_its_end) {
  auto secret = std::make_unique<Secret<Block>>(pattern());
  settle(secret.get());
  const FreedMemory memory(&secret->expose(), sizeof(Block));
  secret.reset();
  EXPECT_TRUE(memory.wiped());
}

TEST(Secret, wipes_a_plain_value_that_was_moved_away) {
  auto source = std::make_unique<Secret<Block>>(pattern());
  const Secret<Block> target = std::move(*source);
  settle(source.get());
  const FreedMemory memory(&source->expose(), sizeof(Block));
  source.reset();
  EXPECT_TRUE(memory.wiped());
  EXPECT_EQ(target.expose(), pattern());
}

// ---- Vectors that wipe

TEST(WipedVector, wipes_its_block_when_it_is_destroyed) {
  auto bytes = std::make_unique<WipedBytes>(100, std::uint8_t{0x5a});
  settle(bytes->data());
  const FreedMemory memory(bytes->data(), bytes->size());
  bytes.reset();
  EXPECT_TRUE(memory.wiped());
}

TEST(WipedVector, wipes_the_old_block_when_it_grows) {
  WipedVector<std::uint64_t> numbers(8, ~std::uint64_t{0});
  settle(numbers.data());
  const FreedMemory memory(numbers.data(), 8 * sizeof(std::uint64_t));
  numbers.resize(numbers.capacity() + 1, 1);
  EXPECT_TRUE(memory.wiped());
  EXPECT_EQ(numbers[7], ~std::uint64_t{0});
}

TEST(WipedVector, wipes_what_it_no_longer_counts) {
  WipedBytes bytes(100, std::uint8_t{0x5a});
  const FreedMemory memory(bytes.data(), 100);
  bytes.resize(1);
  settle(bytes.data());
  bytes.shrink_to_fit();
  EXPECT_TRUE(memory.wiped());
}

TEST(WipedVector, wipes_the_block_that_an_assignment_replaces) {
  WipedBytes bytes(100, std::uint8_t{0x5a});
  settle(bytes.data());
  const FreedMemory memory(bytes.data(), 100);
  bytes = WipedBytes(200, std::uint8_t{1});
  EXPECT_TRUE(memory.wiped());
}

TEST(Wipe, zeroes_exactly_what_it_is_given) {
  Block block = pattern();
  wipe(block.data() + 1, 62);
  EXPECT_EQ(to_hex(block), "a5" + std::string(124, '0') + "a5");
  wipe(nullptr, 0);
}

// ---- Errors

TEST(Result, holds_a_value_or_an_error) {
  Result<std::unique_ptr<int>> value = std::make_unique<int>(5);
  ASSERT_TRUE(value);
  EXPECT_EQ(**value, 5);
  EXPECT_EQ(*value->get(), 5);
  const std::unique_ptr<int> taken = std::move(*value);
  EXPECT_EQ(*taken, 5);

  const Result<std::unique_ptr<int>> error = refuse("E_CODE", "field: reason");
  EXPECT_FALSE(error);
  EXPECT_EQ(error.error().code, "E_CODE");
  EXPECT_EQ(error.error().detail, "field: reason");
}

TEST(Result, of_an_error_is_not_mistaken_for_a_failure) {
  // Where the value itself is a Refusal, passing and failing stay apart.
  const Result<Refusal> passed = Refusal();
  EXPECT_TRUE(passed);
  EXPECT_FALSE((*passed).has_value());
}

TEST(AssertDeathTest, ends_the_process_and_names_the_place) {
  MPC_ASSERT(true);
  EXPECT_DEATH(MPC_ASSERT(1 > 2), "broken invariant, .*test_base.cpp");
}

// ---- Random bytes

// From:
//   import hashlib
//   def stream(seed, n):
//       key = hashlib.blake2b(b"mpc_fast/test-rng" + seed).digest()
//       block = lambda c: hashlib.blake2b(c.to_bytes(8, "little"), key=key).digest()
//       return b"".join(block(c) for c in range(n // 64 + 1))[:n]
//   s = stream(b"seed", 64 * 300)
//   print(s[:100].hex(), s[-64:].hex(), stream(b"", 32).hex())
constexpr const char* stream_begins =
    "945a842984dbadea76c7467d0f37d8f2eb77723f017734405b55ea366b015f008666ac940de13fcea07146ae3ab64460ee84c70aaa01712d"
    "2f97c9d19794e467dbde7d33d71e68c130e5068443a19ebfa6a2682623271170c70c55ac89f00852a7c1d62c";
constexpr const char* block_299 =
    "7aa3d315b8ae29a8d452bf7a6bdcf5e190284ff35199f37c28018a185eab003acf1a0352efb7df510164086fbd9e1ab0ffe794f2eade536e"
    "b2424d7cd4c86fc9";

TEST(SeededRng, deals_out_the_stream_of_the_reference) {
  SeededRng rng(as_bytes("seed"));
  Bytes stream(64 * 300);
  rng.fill(stream);
  EXPECT_EQ(to_hex(ByteView(stream).first(100)), stream_begins);
  EXPECT_EQ(to_hex(ByteView(stream).last(64)), block_299);
  SeededRng unseeded(ByteView{});
  EXPECT_EQ(to_hex(random32(unseeded)), "1cdc5d0211a970abaa8c781785898caef1bbf9de97c68d10cc6475b0590cf84f");
}

TEST(SeededRng, does_not_depend_on_how_the_stream_is_cut) {
  SeededRng rng(as_bytes("seed"));
  Bytes stream;
  for (const std::size_t n : {1U, 0U, 62U, 1U, 1U, 35U}) {
    Bytes part(n);
    rng.fill(part);
    append(stream, part);
  }
  EXPECT_EQ(to_hex(stream), stream_begins);
}

TEST(SeededRng, forks_into_streams_of_their_own) {
  SeededRng one(as_bytes("fork"));
  SeededRng other(as_bytes("fork"));
  const auto first = one.fork();
  const auto second = one.fork();
  const auto same = other.fork();
  const Bytes32 from_second = random32(*second);  // drawn before the first one is used
  EXPECT_EQ(random32(*first), random32(*same));
  EXPECT_EQ(from_second, random32(*other.fork()));
  EXPECT_NE(from_second, random32(*one.fork()));
}

TEST(SystemRng, does_not_repeat_itself) {
  std::set<Bytes32> seen;
  for (int i = 0; i < 100; ++i) seen.insert(random32(system_rng()));
  EXPECT_EQ(seen.size(), 100U);
}

// ---- Threads

void expect_each_once(std::size_t count) {
  std::vector<std::atomic<int>> calls(count);
  parallel_for(count, [&](std::size_t i) { ++calls[i]; });
  for (std::size_t i = 0; i < count; ++i) EXPECT_EQ(calls[i], 1) << i << " of " << count;
}

TEST(ParallelFor, runs_every_index_once) {
  for (const std::size_t threads : {1U, 2U, 3U, 16U}) {
    const ThreadLimit limit(threads);
    EXPECT_EQ(thread_limit(), threads);
    for (const std::size_t count : {0U, 1U, 2U, 3U, 17U, 1000U}) expect_each_once(count);
  }
  EXPECT_GE(thread_limit(), 1U);
}

TEST(ParallelFor, stays_on_the_calling_thread_when_the_limit_is_one) {
  const ThreadLimit limit(1);
  const auto caller = std::this_thread::get_id();
  std::vector<std::size_t> order;
  parallel_for(5, [&](std::size_t i) {
    EXPECT_EQ(std::this_thread::get_id(), caller);
    order.push_back(i);
  });
  EXPECT_EQ(order, (std::vector<std::size_t>{0, 1, 2, 3, 4}));
}

/// Waits until `count` bodies are under way at the same time; false when that does not happen.
bool meet(std::atomic<int>& present, int count) {
  ++present;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (present < count) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

TEST(ParallelFor, runs_bodies_at_the_same_time_up_to_the_limit) {
  const ThreadLimit limit(4);
  std::atomic<int> present{0};
  std::atomic<int> met{0};
  parallel_for(4, [&](std::size_t) { met += meet(present, 4); });
  EXPECT_EQ(met, 4);
}

TEST(ParallelFor, lets_the_first_exception_through_when_all_have_ended) {
  for (const std::size_t threads : {1, 4}) {
    set_thread_limit(threads);
    std::atomic<int> running{0};
    const auto body = [&](std::size_t i) {
      ++running;
      if (i == 2) {
        --running;
        throw std::runtime_error("third");
      }
      --running;
    };
    EXPECT_THROW(parallel_for(50, body), std::runtime_error);
    EXPECT_EQ(running, 0);
  }
  set_thread_limit(0);
}

TEST(ParallelFor, runs_a_nested_call_in_place) {
  const ThreadLimit limit(3);
  std::vector<std::atomic<int>> calls(60);
  parallel_for(6, [&](std::size_t i) {
    const auto here = std::this_thread::get_id();
    parallel_for(10, [&](std::size_t j) {
      EXPECT_EQ(std::this_thread::get_id(), here);
      ++calls[10 * i + j];
    });
  });
  for (const auto& count : calls) EXPECT_EQ(count, 1);
  // The caller is outside again: it gets helpers.
  std::atomic<int> present{0};
  std::atomic<int> met{0};
  parallel_for(3, [&](std::size_t) { met += meet(present, 3); });
  EXPECT_EQ(met, 3);
}

TEST(ParallelFor, stays_on_a_thread_that_asked_for_it) {
  const ThreadLimit limit(4);
  const InPlace guard;
  const auto here = std::this_thread::get_id();
  parallel_for(8, [&](std::size_t) { EXPECT_EQ(std::this_thread::get_id(), here); });
}

TEST(ParallelFor, serves_callers_of_several_threads) {
  const ThreadLimit limit(2);
  std::vector<std::jthread> callers;
  for (int caller = 0; caller < 4; ++caller) {
    callers.emplace_back([] {
      for (int i = 0; i < 5; ++i) expect_each_once(50);
    });
  }
}

}  // namespace
}  // namespace mpc
