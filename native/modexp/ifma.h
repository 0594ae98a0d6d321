// The AVX-512 IFMA kernel: eight independent products of powers per call, constant time in all values.
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
constexpr int limb_radix_bits = 52;

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

/// A power from a table: lane l multiplies entry digits[8 i + l] of its row i onto the result.
struct TablePower {
  const std::uint64_t* const* rows;  // row i of lane l is rows[8 i + l]: [limb][entry], Montgomery form (times R)
  const std::uint8_t* digits;
  int row_count;
  int window;  // 4, 5 or 6
};

/// start * prod powers * prod table powers. start and the bases are plain; so is the result, which is below 2.1 m, or
/// x0 < 1.1 m and x1 < 2.1 m.
struct Job {
  Ring ring;
  const Vector* start;
  const WindowedPower* powers;
  int power_count;
  int window;  // 4, 5 or 6, for all powers
  const TablePower* table_powers;
  int table_power_count;
  Vector* result;
  Vector* scratch;  // scratch_vectors(job)
};

std::size_t scratch_vectors(const Job& job);
void run(const Job& job);

/// base^0 ... base^(2^window - 1) of a plain base, in Montgomery form: table[((limb) 8 + lane) 2^window + entry].
/// scratch: that of a job without powers. Not adic.
void tabulate(const Ring& ring, const Vector* base, int window, std::uint64_t* table, Vector* scratch);

}  // namespace mpc::modexp::ifma
