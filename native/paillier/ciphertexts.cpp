#include "paillier/ciphertexts.h"

#include <algorithm>

#include "arith/number_theory.h"
#include "base/thread_pool.h"
#include "modexp/engine.h"
#include "modexp/inverses.h"
#include "modexp/signed_products.h"

namespace mpc::paillier {

namespace {

/// The powers of one product; the engine takes some more.
constexpr std::size_t most_powers = 4096;
/// Of products with a matrix, between two reports of progress.
constexpr std::size_t terms_per_chunk = 4096;

const OddModulus& square_of(const DataKeyPtr& key) { return key->key.square_ring()->odd(); }

/// Replaces numbers by their inverses modulo N^2.
Refusal invert_all_var(const DataKeyPtr& key, std::vector<Nat>& numbers) {
  if (modexp::invert_all_var(key->sums->ring(), numbers)) return Refusal();
  return refuse("E_CIPHERTEXT", "not coprime to N");
}

/// Into how long pieces a product of so many powers is cut: as many as there are threads, where it is the only one.
std::size_t piece(std::size_t powers, std::size_t products) {
  const std::size_t pieces = (thread_limit() + products - 1) / std::max<std::size_t>(products, 1);
  return std::clamp<std::size_t>((powers + pieces - 1) / std::max<std::size_t>(pieces, 1), 1, most_powers);
}

}  // namespace

std::size_t chunk_size(const DataKeyPtr& key) {
  // The cost of a power grows with the cube of the width; lanes want multiples of eight.
  constexpr std::size_t at_1024_bits = 1024;
  const std::size_t ratio = std::max<std::size_t>(key->key.bits() / 512, 1);
  return std::clamp<std::size_t>(8 * at_1024_bits / (ratio * ratio * ratio) / 8 * 8, 8 * thread_limit(), at_1024_bits);
}

DataKey::DataKey(PublicKey public_key)
    : key(std::move(public_key)), sums(modexp::Modulus::plain(key.square_ring()->value())) {
  if (sums->ring().lanes() == nullptr) sums = key.square_ring();
}

Ciphertexts::Ciphertexts(DataKeyPtr key, std::size_t count)
    : key_(std::move(key)), limbs_(key_->key.square_ring()->limbs()), memory_(count * limbs_) {}

Result<Ciphertexts> Ciphertexts::from_memory_var(DataKeyPtr key, std::span<const Limb> memory) {
  Ciphertexts out(std::move(key), 0);
  MPC_ASSERT(memory.size() % out.limbs_ == 0);
  out.memory_.assign(memory.begin(), memory.end());
  const PublicKey& owner = out.key_->key;
  std::vector<Nat> residues(out.size());
  std::vector<char> too_large(out.size(), 0);
  parallel_for(out.size(), [&](std::size_t i) {
    const Nat c = out.at(i);
    too_large[i] = less_var(c, owner.n_squared()) ? 0 : 1;
    residues[i] = mod_var(c, owner.n());
  });
  std::vector<const Nat*> pointers;
  for (std::size_t i = 0; i < residues.size(); ++i) {
    if (too_large[i] != 0) return refuse("E_CIPHERTEXT", "[" + std::to_string(i) + "]: not below N^2");
    pointers.push_back(&residues[i]);
  }
  const std::size_t bad = first_non_unit_var(pointers, owner.n());
  if (bad < out.size()) return refuse("E_CIPHERTEXT", "[" + std::to_string(bad) + "]: not coprime to N");
  return out;
}

Ciphertexts Ciphertexts::products(DataKeyPtr key, const modexp::Groups& groups,
                                  const std::function<Nat(std::size_t)>& factor) {
  const std::vector<Nat> residues = modexp::multiply_groups(key->sums->ring(), groups, factor);
  Ciphertexts out(std::move(key), groups.count);
  for (std::size_t i = 0; i < groups.count; ++i) out.set(i, declassify("paillier.product", Secret(residues[i])));
  return out;
}

Ciphertexts Ciphertexts::joined(DataKeyPtr key, std::span<const View> parts) {
  std::size_t count = 0;
  for (const View& part : parts) count += part.size();
  Ciphertexts out(std::move(key), count);
  std::size_t next = 0;
  for (const View& part : parts) {
    for (std::size_t i = 0; i < part.size(); ++i) out.set(next++, part.at(i));
  }
  return out;
}

Ciphertexts Ciphertexts::joined(DataKeyPtr key, std::vector<Ciphertexts> parts) {
  if (parts.size() == 1) return std::move(parts[0]);
  Ciphertexts out(std::move(key), 0);
  for (const Ciphertexts& part : parts) {
    out.memory_.insert(out.memory_.end(), part.memory_.begin(), part.memory_.end());
  }
  return out;
}

Nat Ciphertexts::at(std::size_t i) const {
  Nat out(limbs_);
  std::copy_n(memory_.data() + i * limbs_, limbs_, out.data());
  return out;
}

void Ciphertexts::set(std::size_t i, const Nat& residue) {
  MPC_ASSERT(residue.limbs() == limbs_);
  std::copy_n(residue.data(), limbs_, memory_.data() + i * limbs_);
}

std::optional<std::vector<Secret<Int>>> decrypt(const SecretKey& key, const View& a, const ArrayProgress& progress) {
  std::vector<Secret<Int>> out(a.size());
  const bool finished = in_chunks(a.size(), chunk_size(a.key()), progress, [&](std::size_t first, std::size_t last) {
    std::vector<Product> jobs;
    for (std::size_t i = first; i < last; ++i) {
      for (Product& side : key.decryption(a.at(i))) jobs.push_back(std::move(side));
    }
    const auto sides = modexp::run(jobs);
    parallel_for(last - first, [&](std::size_t i) { out[first + i] = key.plaintext(sides[2 * i], sides[2 * i + 1]); });
  });
  if (!finished) return std::nullopt;
  return out;
}

Ciphertexts add(const View& a, const View& b) {
  MPC_ASSERT(a.size() == b.size());
  return Ciphertexts::products(a.key(), {a.size(), 2}, [&](std::size_t i) { return (i % 2 == 0 ? a : b).at(i / 2); });
}

Result<Ciphertexts> negate(const View& a) {
  std::vector<Nat> units;
  for (std::size_t i = 0; i < a.size(); ++i) units.push_back(a.at(i));
  if (const auto bad = invert_all_var(a.key(), units)) return *bad;
  Ciphertexts out(a.key(), a.size());
  for (std::size_t i = 0; i < a.size(); ++i) out.set(i, units[i]);
  return out;
}

Ciphertexts add_plain(const View& a, const std::vector<Secret<Int>>& plaintexts) {
  MPC_ASSERT(a.size() == plaintexts.size());
  return Ciphertexts::products(a.key(), {a.size(), 2}, [&](std::size_t i) {
    return i % 2 == 0 ? a.at(i / 2) : a.key()->key.plaintext_factor(plaintexts[i / 2]).expose();
  });
}

Result<std::optional<Ciphertexts>> multiply_var(const View& a, const std::vector<Int>& factors,
                                                const ArrayProgress& progress) {
  MPC_ASSERT(a.size() == factors.size());
  std::vector<Nat> inverses;  // of those with negative factors, in order
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (is_negative_var(factors[i])) inverses.push_back(a.at(i));
  }
  if (const auto bad = invert_all_var(a.key(), inverses)) return *bad;
  std::size_t next = 0;
  Ciphertexts out(a.key(), a.size());
  const bool finished = in_chunks(a.size(), chunk_size(a.key()), progress, [&](std::size_t first, std::size_t last) {
    std::vector<Product> jobs;
    for (std::size_t i = first; i < last; ++i) {
      const Nat base = is_negative_var(factors[i]) ? std::move(inverses[next++]) : a.at(i);
      jobs.emplace_back(a.key()->key.square_ring()).power_var(base, Int(factors[i].magnitude()));
    }
    const auto residues = modexp::run(jobs);
    for (std::size_t i = first; i < last; ++i) {
      out.set(i, declassify("paillier.ciphertexts", residues[i - first]));
    }
  });
  if (!finished) return std::optional<Ciphertexts>();
  return std::optional(std::move(out));
}

Ciphertexts sums(const View& a, std::size_t group) {
  const std::size_t count = a.size() / group;
  MPC_ASSERT(count * group == a.size());
  return Ciphertexts::products(a.key(), {count, group}, [&](std::size_t i) { return a.at(i); });
}

Result<std::optional<Ciphertexts>> multiply_matrix_var(const View& a, const std::vector<Int>& factors,
                                                       const MatrixShape& shape, const ArrayProgress& progress) {
  MPC_ASSERT(a.size() == shape.rows * shape.inner && factors.size() == shape.inner * shape.columns);
  const std::size_t count = shape.rows * shape.columns;
  const std::size_t most = piece(shape.inner, count);
  std::vector<Nat> positive(count);
  std::vector<Nat> negative(count);
  const auto compute = [&](std::size_t at) {
    std::vector<Nat> bases;
    std::vector<const Int*> exponents;
    for (std::size_t i = 0; i < shape.inner; ++i) {
      bases.push_back(a.at(at / shape.columns * shape.inner + i));
      exponents.push_back(&factors[i * shape.columns + at % shape.columns]);
    }
    auto cell = modexp::products_by_sign_var(a.key()->key.square_ring(), bases, exponents, most);
    positive[at] = std::move(cell.positive);
    negative[at] = std::move(cell.negative);
  };
  const std::size_t chunk = std::max<std::size_t>(thread_limit(), terms_per_chunk / shape.inner);
  const bool finished = in_chunks(count, chunk, progress, [&](std::size_t first, std::size_t last) {
    if (last - first < thread_limit()) {  // the engine gives its pieces to the threads
      for (std::size_t at = first; at < last; ++at) compute(at);
    } else {
      parallel_for(last - first, [&](std::size_t i) { compute(first + i); });
    }
  });
  if (!finished) return std::optional<Ciphertexts>();
  if (const auto bad = invert_all_var(a.key(), negative)) return *bad;
  Ciphertexts out(a.key(), count);
  for (std::size_t i = 0; i < count; ++i) out.set(i, square_of(a.key()).mul(positive[i], negative[i]));
  return std::optional(std::move(out));
}

}  // namespace mpc::paillier
