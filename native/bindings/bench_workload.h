// Workloads of the benchmark: the same powers by the engine and by GMP, on operands drawn from a seed. None of them is
// anybody's secret: the baselines, mpz_powm above all, are variable time.
#pragma once

#include <functional>
#include <vector>

#include "arith/mpz.h"
#include "base/seeded_random.h"
#include "modexp/engine.h"
#include "paillier/paillier.h"

namespace mpc::bindings::bench {

/// CPU seconds of the calling thread, and seconds of the clock on the wall.
double cpu_seconds();
double wall_seconds();

/// What GMP is asked for: a product of powers modulo one modulus, power by power.
class GmpProduct {
 public:
  explicit GmpProduct(const Nat& modulus) : modulus_(modulus) {}
  GmpProduct& power(const Nat& base, const Nat& exponent);
  void run();
  Nat residue() const { return result_.to_nat(); }

 protected:
  struct Power {
    Mpz base;
    Mpz exponent;
  };
  Mpz modulus_;
  std::vector<Power> powers_;
  Mpz result_;
};

/// One power by mpn_sec_powm, GMP's function for secret exponents.
class GmpSecurePower {
 public:
  GmpSecurePower(const Nat& base, const Nat& exponent, const Nat& modulus);
  void run();
  Nat residue() const { return result_; }

 private:
  Nat base_;
  Nat exponent_;
  Nat modulus_;
  Nat result_;
  std::vector<Limb> scratch_;
};

/// One side of a comparison: run() is timed, residues() tells what came out.
struct Side {
  std::function<void()> run;
  std::function<std::vector<Nat>()> residues;
};

class Workload {
 public:
  Workload(Side ours, Side baseline) : ours_(std::move(ours)), baseline_(std::move(baseline)) {}

  // CPU seconds of the calling thread; the engine must be limited to it.
  double run();
  double run_baseline() const;
  /// Wall time on as many threads as the engine may use.
  double run_on_threads();
  /// Whether both sides gave the same, in their latest runs; runs them once where there was none.
  bool check();

 private:
  Side ours_;
  Side baseline_;
};

/// Draws operands.
class Draw {
 public:
  explicit Draw(std::uint64_t seed);
  /// Of exactly that many bits.
  Nat number(std::size_t bits);
  Nat odd(std::size_t bits);
  Rng& rng() { return rng_; }

 private:
  SeededRng rng_;
};

/// How the exponents of powers are given to the engine, and what GMP is asked for.
enum class Exponents : std::uint8_t {
  public_value,
  secret,
  secret_both,  // GMP takes them for secret as well
};

// Each of `count` products has operands of its own, the modulus included.

/// base^exponent.
Workload powers(std::size_t bits, std::size_t exponent_bits, std::size_t count, Exponents exponents,
                std::uint64_t seed);
/// A product of `terms` powers with public exponents as long as the modulus.
Workload products(std::size_t bits, std::size_t terms, std::size_t count, std::uint64_t seed);
/// r^N mod N^2 for secret r and an N of that many bits.
Workload nth_powers(std::size_t bits, std::size_t count, std::uint64_t seed);

/// A Paillier key of our own: its operations against what one does without the factors.
class OwnKey {
 public:
  OwnKey(std::size_t bits, std::uint64_t seed);
  /// r^N mod N^2.
  Workload encryption(std::size_t count, std::uint64_t seed) const;
  /// Against c^phi(N) mod N^2.
  Workload decryption(std::size_t count, std::uint64_t seed) const;

 private:
  std::shared_ptr<const paillier::SecretKey> key_;
  Nat phi_;
};

/// Powers of one base with a table, secret exponents.
class TablePowers {
 public:
  TablePowers(std::size_t bits, std::size_t exponent_bits, std::size_t count, std::uint64_t seed);
  Workload& workload() { return *workload_; }
  std::size_t table_bytes() const { return table_->table_bytes(); }
  double build_seconds() const { return build_seconds_; }

 private:
  modexp::FixedBasePtr table_;
  double build_seconds_;
  std::optional<Workload> workload_;
};

}  // namespace mpc::bindings::bench
