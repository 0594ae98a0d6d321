// Security profiles (specification 1.4): compile-time constants, never message fields.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace mpc::proofs {

struct Profile {
  std::string_view name;
  std::size_t nb;     // bits of a Paillier modulus N
  std::size_t nhb;    // bits of a ring-Pedersen modulus Nh
  std::size_t l;      // range of secrets: |x|, |k|, |gamma| <= 2^l
  std::size_t cb;     // signed challenges lie within 2^(cb-1)
  std::size_t eps;    // slack of single-challenge range proofs
  std::size_t lp;     // range of the MtA masks
  std::size_t es;     // slack of bit-challenge proofs
  std::size_t m_prm;  // repetitions of prm
  std::size_t m_mod;  // repetitions of mod
  std::size_t kap;    // repetitions of aff-g*, dec
  std::size_t kappa;  // unsigned challenges of batch proofs lie within 2^kappa
  std::size_t sigma;  // statistical masking in batch proofs
  bool toy;           // no security: tests only

  constexpr std::size_t n_bytes() const { return nb / 8; }
  constexpr std::size_t ciphertext_bytes() const { return nb / 4; }
  constexpr std::size_t nh_bytes() const { return nhb / 8; }
};

constexpr Profile s128{"S128", 3072, 3072, 256, 256, 512, 1280, 160, 128, 129, 128, 128, 128, false};
constexpr Profile c112{"C112", 2048, 2048, 256, 256, 512, 1280, 160, 128, 129, 128, 128, 128, false};
constexpr Profile toy{"TOY", 1024, 1024, 256, 32, 64, 608, 32, 16, 16, 8, 32, 32, true};

/// Conditions 1 to 5 of specification 1.4 for |S| = 2 signers; TOY is held to 2 and 3 only.
constexpr bool is_consistent(const Profile& p) {
  const std::size_t s = p.toy ? 32 : 256;
  const std::size_t ly = p.lp + p.eps + 1 + 1;
  const bool masks_hide = p.lp >= 2 * p.l + p.eps + s;                           // 2
  const bool no_wrap = p.lp + p.eps + 2 < p.nb - 1 && ly + p.es + 2 < p.nb - 1;  // 3
  const bool slack = p.l >= 256 && p.eps >= p.cb + s;                            // 1
  const bool factors_large = 2 * p.l + p.eps <= p.nb / 2;                        // 4
  const bool repetitions = p.m_prm >= 128 && p.m_mod >= 128 && p.kap >= 128;     // 5
  // Batch proofs of up to 2^7 rows (batch-range-proofs.md 1, 2.4): responses hide secrets, the masks of MtA hide
  // gamma k, and nothing wraps.
  const std::size_t eps_b = p.eps + 7;
  const bool responses_hide = p.eps >= p.kappa + 32;
  const bool batch_masks_hide = p.lp >= 2 * p.l + eps_b + (p.toy ? 16 : p.sigma);
  const bool batch_no_wrap = std::max(2 * (p.l + eps_b + 1), p.lp + eps_b + 1) + 2 < p.nb;
  const bool batches = responses_hide && batch_masks_hide && batch_no_wrap;
  return masks_hide && no_wrap && batches && (p.toy || (slack && factors_large && repetitions));
}
static_assert(is_consistent(s128) && is_consistent(c112) && is_consistent(toy));

/// The profile of that name; null when there is none, or for TOY unless the process was started with
/// MPC_FAST_INSECURE_TEST_PROFILE=1.
const Profile* find_profile(std::string_view name);

}  // namespace mpc::proofs
