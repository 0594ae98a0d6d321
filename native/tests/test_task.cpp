// Tasks and batches: who waits for the same run, what comes back to whom, and what a frame leaves behind.
#include "modexp/task.h"

#include <gtest/gtest.h>

#include "tests/support/freed_memory.h"

namespace mpc::modexp {
namespace {

using fixtures::FreedMemory;

const ModulusPtr& modulus() {
  static const ModulusPtr out = Modulus::plain(Nat::of(1'000'003));
  return out;
}

Product power_of_three(std::uint64_t exponent) {
  Product product(modulus());
  product.power_var(Nat::of(3), Int(Nat::of(exponent)));
  return product;
}

std::uint64_t expected_power(std::uint64_t exponent) {
  std::uint64_t out = 1;
  for (std::uint64_t i = 0; i < exponent; ++i) out = out * 3 % 1'000'003;
  return out;
}

std::uint64_t value_of(const Secret<Nat>& residue) { return residue.expose()[0]; }

/// Runs and products of the engine since this was made.
class Counters {
 public:
  std::uint64_t runs() const { return stats().runs - before_.runs; }
  std::uint64_t products() const { return stats().products - before_.products; }

 private:
  Stats before_ = stats();
};

/// Suspends `rounds` times, with `rounds` products in the first round and fewer in each further one.
Task<std::uint64_t> staircase(Batch& batch, std::uint64_t rounds) {
  std::uint64_t sum = 0;
  for (std::uint64_t size = rounds; size > 0; --size) {
    std::vector<Product> products;
    for (std::uint64_t i = 0; i < size; ++i) products.push_back(power_of_three(10 * rounds + i));
    const auto residues = co_await batch.evaluate(std::move(products));
    EXPECT_EQ(residues.size(), size);
    for (std::uint64_t i = 0; i < size; ++i) {
      EXPECT_EQ(value_of(residues[i]), expected_power(10 * rounds + i));
      ++sum;
    }
  }
  co_return sum;
}

TEST(Batch, tasks_of_different_lengths_share_the_runs) {
  Batch batch;
  std::vector<Task<std::uint64_t>> tasks;
  for (const std::uint64_t rounds : {3U, 0U, 5U, 1U, 5U, 2U}) tasks.push_back(staircase(batch, rounds));
  const Counters counters;
  const auto sums = batch.run_all(std::move(tasks));
  EXPECT_EQ(sums, (std::vector<std::uint64_t>{6, 0, 15, 1, 15, 3}));
  EXPECT_EQ(counters.runs(), 5U);  // as many as the longest task has
  EXPECT_EQ(counters.products(), 6U + 15 + 1 + 15 + 3);
}

TEST(Batch, a_thousand_tasks_wait_for_one_run) {
  Batch batch;
  std::vector<Task<std::uint64_t>> tasks;
  for (int i = 0; i < 1000; ++i) tasks.push_back(staircase(batch, 1));
  const Counters counters;
  EXPECT_EQ(batch.run_all(std::move(tasks)), std::vector<std::uint64_t>(1000, 1));
  EXPECT_EQ(counters.runs(), 1U);
  EXPECT_EQ(counters.products(), 1000U);
}

TEST(Batch, runs_again_and_without_tasks) {
  Batch batch;
  EXPECT_TRUE(batch.run_all(std::vector<Task<int>>()).empty());
  EXPECT_EQ(batch.run(staircase(batch, 2)), 3U);
  EXPECT_EQ(batch.run(staircase(batch, 3)), 6U);
}

/// Three results under names; then a second, third and first one.
Task<std::vector<std::uint64_t>> named_results(Batch& batch) {
  const auto [a, b, c] = co_await batch.evaluate(power_of_three(1), power_of_three(2), power_of_three(3));
  const auto [d] = co_await batch.evaluate(power_of_three(4));
  co_return std::vector<std::uint64_t>{value_of(a), value_of(b), value_of(c), value_of(d)};
}

TEST(Batch, hands_each_task_its_residues_in_order) {
  Batch batch;
  std::vector<Task<std::vector<std::uint64_t>>> tasks;
  for (int i = 0; i < 3; ++i) tasks.push_back(named_results(batch));
  for (const auto& result : batch.run_all(std::move(tasks)))
    EXPECT_EQ(result, (std::vector<std::uint64_t>{3, 9, 27, 81}));
}

Task<bool> nothing_to_evaluate(Batch& batch) {
  const auto none = co_await batch.evaluate(std::vector<Product>());
  co_return none.empty();
}

TEST(Batch, an_empty_evaluation_neither_waits_nor_runs) {
  Batch batch;
  const Counters counters;
  EXPECT_TRUE(batch.run(nothing_to_evaluate(batch)));
  EXPECT_EQ(counters.runs(), 0U);
}

/// Returns early, before or after its only evaluation.
Task<Refusal> early(Batch& batch, bool at_once) {
  if (at_once) co_return refuse("E", "at once");
  (void)co_await batch.evaluate(power_of_three(1));
  co_return Refusal();
}

TEST(Batch, tasks_may_return_early) {
  Batch batch;
  std::vector<Task<Refusal>> tasks;
  for (const bool at_once : {true, false, true}) tasks.push_back(early(batch, at_once));
  const Counters counters;
  const auto results = batch.run_all(std::move(tasks));
  EXPECT_EQ(counters.products(), 1U);
  EXPECT_TRUE(results[0] && results[2]);
  EXPECT_FALSE(results[1]);
}

Task<std::uint64_t> nested(Batch& batch, int depth) {
  if (depth == 0) co_return co_await staircase(batch, 1);
  const std::uint64_t inner = co_await nested(batch, depth - 1);
  const auto [own] = co_await batch.evaluate(power_of_three(static_cast<std::uint64_t>(depth)));
  EXPECT_EQ(value_of(own), expected_power(static_cast<std::uint64_t>(depth)));
  co_return inner + 1;
}

TEST(Task, awaits_other_tasks_to_any_depth) {
  Batch batch;
  const Counters counters;
  EXPECT_EQ(batch.run(nested(batch, 20)), 21U);
  EXPECT_EQ(counters.runs(), 21U);
}

TEST(Task, nested_tasks_wait_together_with_others) {
  Batch batch;
  std::vector<Task<std::uint64_t>> tasks;
  for (const int depth : {4, 0, 2}) tasks.push_back(nested(batch, depth));
  const Counters counters;
  EXPECT_EQ(batch.run_all(std::move(tasks)), (std::vector<std::uint64_t>{5, 1, 3}));
  EXPECT_EQ(counters.runs(), 5U);
}

Task<Secret<Nat>> secret_result(Batch& batch) {
  auto [residue] = co_await batch.evaluate(power_of_three(5));
  co_return std::move(residue);
}

TEST(Task, returns_what_can_only_be_moved) {
  Batch batch;
  std::vector<Task<Secret<Nat>>> tasks;
  for (int i = 0; i < 2; ++i) tasks.push_back(secret_result(batch));
  for (const auto& result : batch.run_all(std::move(tasks))) EXPECT_EQ(value_of(result), 243U);
}

TEST(Task, starts_only_when_it_is_run) {
  bool started = false;
  const auto touch = [&started]() -> Task<int> {
    started = true;
    co_return 1;
  };
  {
    const Task<int> dropped = touch();
    EXPECT_FALSE(dropped.done());
  }
  EXPECT_FALSE(started);
  Batch batch;
  EXPECT_EQ(batch.run(touch()), 1);
  EXPECT_TRUE(started);
}

using Block = std::array<std::uint8_t, 64>;

/// Keeps a block in its frame across a suspension and tells where.
Task<int> keep_secret(Batch& batch, const Block*& where) {
  Block secret;
  secret.fill(0xa5);
  where = &secret;
  (void)co_await batch.evaluate(power_of_three(1));
  asm volatile("" : : "r"(&secret) : "memory");
  co_return secret[3];
}

TEST(Task, wipes_its_frame) {
  Batch batch;
  const Block* where = nullptr;
  std::optional<Task<int>> task(keep_secret(batch, where));
  task->start();
  ASSERT_NE(where, nullptr);
  EXPECT_EQ((*where)[63], 0xa5);
  const FreedMemory memory(where, sizeof(Block));
  task.reset();  // as when a run is abandoned
  EXPECT_TRUE(memory.wiped());
}

TEST(TaskDeathTest, waiting_for_another_batch_ends_the_process) {
  Batch batch;
  Batch other;
  EXPECT_DEATH(batch.run(staircase(other, 1)), "broken invariant");
}

}  // namespace
}  // namespace mpc::modexp
