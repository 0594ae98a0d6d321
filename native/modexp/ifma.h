// The AVX-512 IFMA kernel: eight independent products of powers per call, constant time in all values but the digits of
// exponents that are said to be public.
//
// This header is all that the rest of the engine sees of it. Numbers are arrays of Vector, limb-major: vector i holds
// limb i (52 bits) of eight numbers, one per lane. Everything is memory of the caller, who also wipes it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace mpc::modexp::ifma {

/// Whether this build holds the kernel; everything else here may be called only then, on a processor that has it.
bool built();

constexpr int lanes = 8;

struct alignas(64) Vector {
  std::uint64_t lane[lanes];
};

/// A modulus per lane, all of one width: m, or m^2 when adic. Elements of the ring modulo m^2 are x0 + x1 m, stored as
/// the limbs of x0 and then of x1, which saves nearly half of the work. R = 2^(52 n).
struct Ring {
  int n;  // limbs of m: a multiple of 10, and m < 2^(52 n - 8)
  bool adic;
  const Vector* m;              // n
  const Vector* fold;           // n: 2^(-520) mod m
  const Vector* minus_inverse;  // 1: -m^-1 mod 2^52
  const Vector* r2;             // an element: R^2
  const Vector* lift;           // n, adic only: a multiple of m whose limbs are at least 2^52 - 1 (and below 2^53)
};
inline int element_vectors(const Ring& ring) { return ring.adic ? 2 * ring.n : ring.n; }

/// base^exponent by windows: digit i of lane l is digits[8 i + l] < 2^window, least significant first.
struct WindowedPower {
  const Vector* base;  // an element
  const std::uint8_t* digits;
  int windows;
};

/// base^exponent for one public exponent in all lanes: by a sliding window, a digit for each bit as in LonePower.
struct CommonPower {
  const Vector* base;  // an element
  const std::uint8_t* digits;
  int digit_count;
  int window;
};

/// A power from a comb (fixed_base.h): in column c, lane l multiplies entry digits[8 (c block_count + i) + l] of its
/// block i onto the result.
struct TablePower {
  const std::uint64_t* const* blocks;  // block i of lane l is blocks[8 i + l]: [limb][entry], Montgomery form (times R)
  const std::uint8_t* digits;
  int block_count;
  int spacing;
  int teeth;  // 4 to 7
};

/// start * prod powers * prod table powers. start and the bases are plain; so is the result, which is below 2.1 m, or
/// x0 < 1.1 m and x1 < 2.1 m.
struct Job {
  Ring ring;
  const Vector* start;
  const WindowedPower* powers;
  int power_count;
  int window;                 // 4 or 5, for all powers
  const CommonPower* common;  // or null: instead of all other powers
  const TablePower* table_powers;
  int table_power_count;
  Vector* result;
  Vector* scratch;  // scratch_vectors(job)
};

std::size_t scratch_vectors(const Job& job);
void run(const Job& job);

/// The products of plain numbers, entry d being prod_i teeth[i]^(d_i) for the bits d_i of d, in Montgomery form:
/// table[(8 limb + lane) 2^count + d] for `count` numbers. scratch: tabulate_scratch().
void tabulate(const Ring& ring, const Vector* teeth, int count, std::uint64_t* table, Vector* scratch);
std::size_t tabulate_scratch(const Ring& ring, int count);

/// product *= factor / R, elements both. scratch: multiply_scratch().
void multiply_onto(const Ring& ring, Vector* product, const Vector* factor, Vector* scratch);
std::size_t multiply_scratch(const Ring& ring);

/// 2^exponent mod m for the search for primes; bit i of lane l's exponent is bits[8 i + l]. Results are at most m.
struct FermatJob {
  int n;
  const Vector* m;
  const Vector* minus_inverse;
  const Vector* one;  // R mod m
  const std::uint8_t* bits;
  int bit_count;
  Vector* result;
  Vector* scratch;  // fermat_scratch(n)
};
inline std::size_t fermat_scratch(int n) { return 4 * static_cast<std::size_t>(n); }
void fermat(const FermatJob& job);

// ---- A lone number, spread over the lanes

/// A modulus with the same two kinds of elements. A number has 8 * vectors words, the low limbs of which are used, and
/// eight words of padding that are zero; an adic element is two numbers. R = 2^(52 limbs).
struct LoneRing {
  int vectors;  // lone_vectors(limbs)
  int limbs;    // R >= 2^60 m
  bool adic;
  const std::uint64_t* fold;           // a number: 2^-52 mod m
  const std::uint64_t* fold_up;        // the same times 2^52
  const std::uint64_t* r2;             // an element: R^2
  const std::uint64_t* lift;           // a number, adic only: -k (R - 1) mod m
  const std::uint64_t* minus_inverse;  // k = -m^-1 mod 2^52
};

/// The number of vectors that the kernel uses for so many limbs; 0 where it has none.
int lone_vectors(int limbs);
constexpr std::size_t number_words(int vectors) { return 8 * (static_cast<std::size_t>(vectors) + 1); }
inline std::size_t element_words(const LoneRing& ring) { return number_words(ring.vectors) * (ring.adic ? 2 : 1); }

/// base^exponent. Secret exponents have digits below 2^window, least significant first, and their tables are read
/// whole. Public ones have a digit for each bit: a sliding window's value where the window ends (an odd number below
/// 2^window), else 0.
struct LonePower {
  const std::uint64_t* base;
  const std::uint8_t* digits;
  int digit_count;
  bool sliding;
};

/// start * prod powers, below 2^53 m; or two numbers below 2^54 m.
struct LoneJob {
  LoneRing ring;
  const std::uint64_t* start;
  const LonePower* powers;
  int power_count;
  int window;
  std::uint64_t* result;
  std::uint64_t* scratch;  // lone_scratch_words(job), zeroed
};

std::size_t lone_scratch_words(const LoneJob& job);
void run_lone(const LoneJob& job);

/// A chain of products: elements[to] *= elements[from], step by step. The elements are plain at first.
struct LoneStep {
  std::uint16_t to, from;
};

/// start * the last element, with the bounds of a LoneJob.
struct LoneStepsJob {
  LoneRing ring;
  const std::uint64_t* start;
  std::uint64_t* elements;  // one after the other
  std::size_t element_count;
  const LoneStep* steps;
  std::size_t step_count;
  std::uint64_t* result;
  std::uint64_t* scratch;  // lone_steps_scratch_words(ring), zeroed
};

std::size_t lone_steps_scratch_words(const LoneRing& ring);
void run_lone_steps(const LoneStepsJob& job);

}  // namespace mpc::modexp::ifma
