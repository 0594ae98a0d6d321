#include "data/private_key.h"

#include <array>
#include <atomic>

#include "arith/number_theory.h"
#include "base/thread_pool.h"
#include "modexp/primes.h"
#include "protocol/seal.h"
#include "protocol/secret_fields.h"

namespace mpc::data {

namespace {

constexpr int prime_rounds = 32;  // of Miller and Rabin: a composite passes with probability below 2^-64

/// Keys of such factors are mistakes or traps: nonces would be no units.
bool has_small_factor_var(const Nat& n) {
  constexpr Limb smallest_admitted = 4096;
  for (Limb d = 3; d < smallest_admitted; d += 2) {
    if (is_zero_var(mod_var(n, Nat::of(d)))) return true;
  }
  return false;
}

/// Whether p - 1 and q - 1 have no factor in common but 2, which short exponents ask for.
bool are_apart_var(const Nat& p, const Nat& q) {
  const Nat one = Nat::of(1);
  return equal_var(gcd_var(sub(p, one), sub(q, one)), Nat::of(2));
}

Error not_a_key(const char* why) { return refuse("E_MODULUS", why); }

}  // namespace

bool is_key_width(std::size_t bits) { return bits >= min_bits && bits <= max_bits && bits % (2 * limb_bits) == 0; }

Result<paillier::DataKeyPtr> public_key_var(const Nat& n) {
  const std::size_t bits = bits_var(n);
  if (!is_key_width(bits)) return not_a_key("N: width");
  if (n.is_odd() && has_small_factor_var(n)) return not_a_key("N: a small factor");
  auto key = paillier::PublicKey::from_modulus(trimmed_var(n), bits);
  if (!key) return key.error();
  return paillier::DataKeyPtr(std::make_shared<const paillier::DataKey>(std::move(*key)));
}

PrivateKey::PrivateKey(paillier::SecretKey secret, paillier::DataKeyPtr data_key)
    : secret_(std::move(secret)), data_key_(std::move(data_key)) {}

Result<PrivateKey> PrivateKey::of(Result<paillier::SecretKey> secret) {
  if (!secret) return secret.error();
  auto data_key = public_key_var(secret->public_key().n());
  if (!data_key) return data_key.error();
  return PrivateKey(std::move(*secret), std::move(*data_key));
}

std::optional<PrivateKey> PrivateKey::generate_var(std::size_t bits, Rng& rng,
                                                   const std::function<bool()>& keep_searching) {
  MPC_ASSERT(is_key_width(bits));
  for (;;) {
    std::array<std::unique_ptr<Rng>, 2> rngs = {rng.fork(), rng.fork()};
    std::array<std::optional<Secret<Nat>>, 2> primes;
    // One of the two asks, and both stop: the question may need the lock of an interpreter.
    std::atomic<bool> cancelled{false};
    std::atomic<bool> asking{false};
    const modexp::KeepSearching keep = [&] {
      if (keep_searching && !cancelled && !asking.exchange(true)) {
        if (!cancelled && !keep_searching()) cancelled = true;
        asking = false;
      }
      return !cancelled;
    };
    parallel_for(2, [&](std::size_t i) { primes[i] = modexp::find_blum_prime_var(bits / 2, *rngs[i], keep); });
    if (!primes[0] || !primes[1]) return std::nullopt;
    if (!are_apart_var(declassify("data.generated_prime", *primes[0]),
                       declassify("data.generated_prime", *primes[1]))) {
      continue;
    }
    auto made = of(paillier::SecretKey::from_primes(*primes[0], *primes[1]));
    if (made) return std::move(*made);
  }
}

Result<PrivateKey> PrivateKey::from_primes_var(const Secret<Nat>& p, const Secret<Nat>& q) {
  const Nat n = declassify("data.modulus", mul(p.expose(), q.expose()));
  const std::size_t bits = bits_var(n);
  if (!is_key_width(bits)) return not_a_key("N: width");
  for (const Secret<Nat>* prime : {&p, &q}) {
    const Nat value = declassify("data.imported_prime", *prime);
    if (bits_var(value) != bits / 2) return not_a_key("p, q: widths differ");
    if (!value.is_odd() || !is_probable_prime_var(value, prime_rounds, system_rng()))
      return not_a_key("p, q: not prime");
  }
  const std::size_t limbs = limbs_for_bits(bits / 2);
  return of(paillier::SecretKey::from_primes(Secret(p.expose().resized(limbs)), Secret(q.expose().resized(limbs))));
}

Bytes PrivateKey::seal(ByteView passphrase, Rng& rng) const {
  const Nat& n = secret_.public_key().n();
  protocol::SecretWriter content;
  content.nat(secret_.p().expose(), secret_.prime_bits() / 8).nat(secret_.q().expose(), secret_.prime_bits() / 8);
  return protocol::seal(n.to_bytes(secret_.public_key().n_bytes()), content.take(), passphrase,
                        protocol::seal_kind::data_key, rng);
}

Result<PrivateKey> PrivateKey::open(ByteView file, ByteView passphrase) {
  const Result<Bytes> header = protocol::sealed_header(file, protocol::seal_kind::data_key);
  if (!header) return header.error();
  auto content = protocol::open_sealed(file, passphrase, protocol::seal_kind::data_key);
  if (!content) return content.error();
  if (content->size() != header->size() || !is_key_width(8 * header->size())) {
    return refuse("E_RECORD", "content: length");
  }
  protocol::SecretReader in(*content);
  const Secret<Nat> p = in.nat(content->size() / 2);
  const Secret<Nat> q = in.nat(content->size() / 2);
  const Limb same = equal_mask(mul(p.expose(), q.expose()), Nat::from_bytes(*header));
  const Limb odd = mask_if_nonzero(p.expose().bit(0) & q.expose().bit(0));
  if (declassify("data.primes_fit_header", same & odd) == 0) return refuse("E_RECORD", "content: not the factors of N");
  auto made = of(paillier::SecretKey::from_primes(p, q));
  if (!made) return refuse("E_RECORD", made.error().detail);
  return made;
}

}  // namespace mpc::data
