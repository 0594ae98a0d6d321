// Many ciphertexts under one key in one block of memory, and what can be computed with them, elementwise or over
// groups. Ciphertexts are public: everything about them is variable time. Plaintexts that are encrypted, added or
// decrypted are secret; factors that ciphertexts are multiplied with are not protected, and the names of what takes
// them end in _var.
#pragma once

#include <functional>
#include <span>

#include "base/random.h"
#include "modexp/groups.h"
#include "paillier/paillier.h"

namespace mpc::paillier {

/// A key with the ring modulo N^2 that sums are quickest in: one that does not know the root, where it is not too wide.
struct DataKey {
  explicit DataKey(PublicKey public_key);

  PublicKey key;
  ModulusPtr sums;
};
using DataKeyPtr = std::shared_ptr<const DataKey>;

class View;

/// Residues modulo N^2, limb by limb and one after the other.
class Ciphertexts {
 public:
  Ciphertexts(DataKeyPtr key, std::size_t count);
  /// Of limbs as memory() has them. Refuses (E_CIPHERTEXT) what is not below N^2 or not coprime to N.
  static Result<Ciphertexts> from_memory_var(DataKeyPtr key, std::span<const Limb> memory);

  /// Products of equally many factors each, which may be secret where the product is not.
  static Ciphertexts products(DataKeyPtr key, const modexp::Groups& groups,
                              const std::function<Nat(std::size_t)>& factor);

  /// All ciphertexts of the parts, one after the other. All under `key`.
  static Ciphertexts joined(DataKeyPtr key, std::span<const View> parts);
  static Ciphertexts joined(DataKeyPtr key, std::vector<Ciphertexts> parts);

  const DataKeyPtr& key() const { return key_; }
  std::size_t limbs() const { return limbs_; }
  std::size_t size() const { return limbs_ == 0 ? 0 : memory_.size() / limbs_; }
  std::span<const Limb> memory() const { return memory_; }

  Nat at(std::size_t i) const;
  void set(std::size_t i, const Nat& residue);

 private:
  DataKeyPtr key_;
  std::size_t limbs_;
  std::vector<Limb> memory_;
};

/// Some of them, in any order and as often as they are named. Borrowed.
class View {
 public:
  /// Positions below store.size().
  View(const Ciphertexts& store, std::span<const std::int64_t> positions) : store_(store), positions_(positions) {}

  const DataKeyPtr& key() const { return store_.key(); }
  std::size_t size() const { return positions_.size(); }
  Nat at(std::size_t i) const { return store_.at(static_cast<std::size_t>(positions_[i])); }

 private:
  const Ciphertexts& store_;
  std::span<const std::int64_t> positions_;
};

/// Called now and then with how many are done; false cancels. Empty: never cancelled.
using ArrayProgress = std::function<bool(std::size_t done)>;

/// How many ciphertexts go into one engine run: bounds memory, and is how often progress is told, about ten times a
/// second.
std::size_t chunk_size(const DataKeyPtr& key);

/// Calls body(first, last) for chunk after chunk; false when cancelled.
template <class Body>
bool in_chunks(std::size_t count, std::size_t chunk, const ArrayProgress& progress, Body&& body) {
  for (std::size_t first = 0; first < count;) {
    const std::size_t last = std::min(count, first + chunk);
    body(first, last);
    first = last;
    if (progress && !progress(first)) return false;
  }
  return true;
}

/// Plaintexts in (-N/2, N/2]. Empty when cancelled.
std::optional<std::vector<Secret<Int>>> decrypt(const SecretKey& key, const View& a,
                                                const ArrayProgress& progress = {});

/// Encryptions of a_i + b_i and of a_i + m_i, with the nonces of the operands.
Ciphertexts add(const View& a, const View& b);
Ciphertexts add_plain(const View& a, const std::vector<Secret<Int>>& plaintexts);
/// Encryptions of the sums of `group` at a time, group > 0; a.size() is a multiple of it.
Ciphertexts sums(const View& a, std::size_t group);

// Inverses: E_CIPHERTEXT for what has none, which no ciphertext is under a key of two large primes.

/// Encryptions of -a_i.
Result<Ciphertexts> negate(const View& a);
/// Encryptions of k_i a_i. Empty when cancelled.
Result<std::optional<Ciphertexts>> multiply_var(const View& a, const std::vector<Int>& factors,
                                                const ArrayProgress& progress = {});

/// rows x inner ciphertexts times inner x columns factors, all > 0, both row by row: rows x columns encryptions of
/// sum_i a_ri k_ic. Empty when cancelled.
struct MatrixShape {
  std::size_t rows, inner, columns;
};
Result<std::optional<Ciphertexts>> multiply_matrix_var(const View& a, const std::vector<Int>& factors,
                                                       const MatrixShape& shape, const ArrayProgress& progress = {});

}  // namespace mpc::paillier
