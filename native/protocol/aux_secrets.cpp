#include "protocol/aux_secrets.h"

namespace mpc::protocol {

namespace {

/// Widths of the fields: p and q, hat_p and hat_q, lam.
struct Layout {
  std::size_t prime;
  std::size_t hat_prime;
  std::size_t lam;

  explicit Layout(const Profile& p) : prime(p.n_bytes() / 2), hat_prime(p.nh_bytes() / 2), lam(p.nh_bytes()) {}
};

/// Whether p q = n, before anything is built on p and q: n is known to be a possible modulus.
bool divide(const Secret<Nat>& p, const Secret<Nat>& q, const Nat& n) {
  return declassify("aux_secrets.factors", equal_mask(mul(p.expose(), q.expose()), n)) != 0;
}

}  // namespace

Result<AuxSecrets> AuxSecrets::create(const Profile& profile, PrimeSet primes, Rng& rng) {
  auto key = paillier::SecretKey::from_primes(primes.p, primes.q);
  if (!key) return key.error();
  auto trapdoor = pedersen::Trapdoor::generate(primes.hat_p, primes.hat_q, rng);
  if (!trapdoor) return trapdoor.error();
  if (key->public_key().bits() != profile.nb || trapdoor->params().bits() != profile.nhb) {
    return refuse("E_MODULUS", "primes: not of this profile");
  }
  return AuxSecrets{std::move(*key), std::move(*trapdoor)};
}

Moduli AuxSecrets::moduli() const {
  const pedersen::Params& params = pedersen.params();
  return {paillier.public_key().n(), params.nh(), params.s(), params.t()};
}

std::size_t AuxSecrets::stored_bytes(const Profile& profile) {
  const Layout layout(profile);
  return 2 * layout.prime + 2 * layout.hat_prime + layout.lam;
}

void AuxSecrets::store(SecretWriter& out, const Profile& profile) const {
  const Layout layout(profile);
  out.nat(paillier.p().expose(), layout.prime).nat(paillier.q().expose(), layout.prime);
  out.nat(pedersen.p().expose(), layout.hat_prime).nat(pedersen.q().expose(), layout.hat_prime);
  out.nat(pedersen.lam().expose(), layout.lam);
}

Result<AuxSecrets> AuxSecrets::restore(SecretReader& in, const Profile& profile, const Moduli& moduli) {
  const Layout layout(profile);
  const Secret<Nat> p = in.nat(layout.prime);
  const Secret<Nat> q = in.nat(layout.prime);
  const Secret<Nat> hat_p = in.nat(layout.hat_prime);
  const Secret<Nat> hat_q = in.nat(layout.hat_prime);
  const Secret<Nat> lam = in.nat(layout.lam);
  if (!divide(p, q, moduli.n)) return refuse("E_RECORD", "factors of N");
  if (!divide(hat_p, hat_q, moduli.nh)) return refuse("E_RECORD", "factors of Nh");
  auto key = paillier::SecretKey::from_primes(p, q);
  if (!key) return refuse("E_RECORD", "factors of N");
  auto trapdoor = pedersen::Trapdoor::restore(hat_p, hat_q, lam, moduli.t);
  if (!trapdoor || !equal_var(trapdoor->params().s(), moduli.s)) return refuse("E_RECORD", "factors of Nh");
  return AuxSecrets{std::move(*key), std::move(*trapdoor)};
}

}  // namespace mpc::protocol
