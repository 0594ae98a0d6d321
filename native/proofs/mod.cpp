#include "proofs/mod.h"

#include <span>

#include "arith/number_theory.h"
#include "arith/sample.h"

namespace mpc::proofs::mod {

namespace {

constexpr std::string_view name = "mod";

/// y_1 .. y_m
std::vector<Nat> challenge(const Context& context, const paillier::PublicKey& n, const Nat& w) {
  Encoder t = open_transcript(context, name);
  t.nat(n.n(), n.n_bytes()).nat(w, n.n_bytes());
  Xof xof(t);
  std::vector<Nat> y;
  for (std::size_t i = 0; i < context.profile->m_mod; ++i) y.push_back(xof.unit_candidate(n.n(), n.bits()));
  return y;
}

// ---- The prover works modulo each of its primes p = 3 mod 4. There h = (p - 1)/2 is odd, -1 is no square, and exactly
// one of y and -y is one. An exponent modulo p - 1 = 2h is given by its residue modulo h and its parity.

Nat with_parity(const Nat& residue, Limb parity, const Nat& h) {
  const Limb as_it_is = mask_if_zero(residue.bit(0) ^ parity);
  return select(as_it_is, residue, add(residue, h)).resized(h.limbs());
}

struct Exponents {
  Secret<Nat> fourth_root;
  Secret<Nat> nth_root;

  Exponents(const Secret<Nat>& p, const Nat& n) {
    const Nat h = shift_right(p.expose(), 1);
    const OddModulus mod_h(h);
    // (p + 1)/4 halves modulo h, so y^((p+1)/4) is a square root of a square y, and a square itself; applied twice it
    // gives the fourth root that is a square. The even exponent also sends -y where it sends y.
    const Nat halving = add(shift_right(p.expose(), 2), Nat::of(1)).resized(h.limbs());
    fourth_root = Secret(with_parity(mod_h.mul(halving, halving), 0, h));
    // N^-1 mod p - 1 is odd.
    nth_root = Secret(with_parity(mod_h.invert(mod_h.reduce(n)), 1, h));
  }
};

/// The powers wanted modulo one prime: fourth roots of w, y_1 .. y_m or of their negatives, N-th roots of y_1 .. y_m.
void add_roots(std::vector<Product>& jobs, const modexp::ModulusPtr& ring, const Exponents& exponents, std::size_t bits,
               const Nat& w, const std::vector<Nat>& y) {
  const auto add_power = [&](const Nat& base, const Secret<Nat>& exponent) {
    jobs.push_back(Product(ring));
    jobs.back().power_natural(base, exponent, bits);
  };
  add_power(w, exponents.fourth_root);
  for (const Nat& y_i : y) add_power(y_i, exponents.fourth_root);
  for (const Nat& y_i : y) add_power(y_i, exponents.nth_root);
}

struct Roots {
  const OddModulus& prime;
  std::span<const Secret<Nat>> fourth;  // of w, y_1 .. y_m or their negatives
  std::span<const Secret<Nat>> nth;     // of y_1 .. y_m

  Roots(const OddModulus& of_prime, std::span<const Secret<Nat>> residues, std::size_t m)
      : prime(of_prime), fourth(residues.first(m + 1)), nth(residues.last(m)) {}

  /// All ones where value is no square: then root^4 is -value.
  Limb nonsquare_mask(const Nat& value, const Secret<Nat>& root) const {
    const Nat square = prime.mul(root.expose(), root.expose());
    return ~equal_mask(prime.mul(square, square), prime.reduce(value));
  }
  /// The fourth root of (-1)^a w^b y_i: that of w^b times that of y_i, for the sign does not matter.
  Nat entry_root(std::size_t i, bool b) const {
    const Nat& root = fourth[i + 1].expose();
    return b ? prime.mul(root, fourth[0].expose()) : root;
  }
};

Proof::Entry entry(const paillier::SecretKey& key, const Roots& p, const Roots& q, const Nat& w, const Nat& y,
                   std::size_t i) {
  // w is a square modulo one of p and q, y_i w^b modulo both or none, and then (-1)^a w^b y_i modulo both.
  const Limb y_at_p = p.nonsquare_mask(y, p.fourth[i + 1]);
  const Limb b = y_at_p ^ q.nonsquare_mask(y, q.fourth[i + 1]);
  const Limb a = y_at_p ^ (b & p.nonsquare_mask(w, p.fourth[0]));
  Proof::Entry out;
  out.a = declassify("mod.a", a) != 0;
  out.b = declassify("mod.b", b) != 0;
  out.x = declassify("mod.x", key.join(p.entry_root(i, out.b), q.entry_root(i, out.b)));
  out.z = declassify("mod.z", key.join(p.nth[i].expose(), q.nth[i].expose()));
  return out;
}

Nat multiply_var(const Nat& a, const Nat& b, const Nat& n) { return mod_var(mul(a, b), n); }

/// x^4 == (-1)^a w^b y
bool fourth_power_holds_var(const Proof::Entry& entry, const Nat& w, const Nat& y, const Nat& n) {
  const Nat square = multiply_var(entry.x, entry.x, n);
  const Nat product = entry.b ? multiply_var(w, y, n) : y;
  return equal_var(multiply_var(square, square, n), entry.a ? sub(n, product) : product);
}

/// x_i^4 == (-1)^a w^b y_i   z_i^N == y_i. What is passed by reference must outlive the task.
Task<Refusal> equations_hold_var(Batch& batch, paillier::PublicKey n, const Proof& proof, const std::vector<Nat>& y) {
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (!fourth_power_holds_var(proof.entries[i], proof.w, y[i], n.n())) co_return reject(name, "x: equation");
  }
  std::vector<Equation> equations;
  for (std::size_t i = 0; i < y.size(); ++i) {
    Product power(n.ring());
    power.power_var(proof.entries[i].z, Int(n.n()));
    equations.push_back({"z", std::move(power), y[i]});
  }
  co_return co_await hold_var(batch, name, std::move(equations));
}

Refusal check_challenges(const Nat& n, const std::vector<Nat>& y) {
  std::vector<Element> elements;
  for (const Nat& y_i : y) elements.push_back({y_i, "y"});
  return check_units_var(name, n, elements);
}

/// That N is odd and has its exact length is known of every PublicKey.
Refusal check_elements(const Profile& p, const Nat& n, const Proof& proof) {
  if (proof.entries.size() != p.m_mod) return reject(name, "count");
  if (is_perfect_power_var(n)) return reject(name, "N: perfect power");
  // Bases that the prover cannot foresee.
  if (is_probable_prime_var(n, 25, system_rng())) return reject(name, "N: prime");
  // A symbol of -1 implies that w is a unit; with w = 0 every fourth-power equation would hold (CVE-2025-66016).
  if (!less_var(proof.w, n)) return reject(name, "w: not a unit");
  if (jacobi_var(proof.w, n) != -1) return reject(name, "w: Jacobi symbol");
  std::vector<Element> elements;
  for (const Proof::Entry& entry : proof.entries) {
    elements.push_back({entry.x, "x"});
    elements.push_back({entry.z, "z"});
  }
  return check_units_var(name, n, elements);
}

}  // namespace

void Proof::encode(transcript::Writer& out, const Profile& p) const {
  out.nat(w, p.n_bytes());
  for (const Entry& entry : entries) {
    out.nat(entry.x, p.n_bytes()).nat(entry.z, p.n_bytes());
    out.u8(static_cast<std::uint8_t>((entry.a ? 1 : 0) + (entry.b ? 2 : 0)));
  }
}

Proof Proof::decode(transcript::Reader& in, const Profile& p, const paillier::PublicKey& n) {
  Proof proof;
  proof.w = in.nat("mod.w", p.n_bytes(), &n.n());
  for (std::size_t i = 0; i < p.m_mod; ++i) {
    Entry entry;
    entry.x = in.nat("mod.x", p.n_bytes(), &n.n());
    entry.z = in.nat("mod.z", p.n_bytes(), &n.n());
    const unsigned ab = in.u8("mod.ab", 3);
    entry.a = (ab & 1) != 0;
    entry.b = (ab & 2) != 0;
    proof.entries.push_back(std::move(entry));
  }
  return proof;
}

Task<Proof> prove(Batch& batch, Context context, const paillier::SecretKey& key, Rng& rng) {
  const std::size_t m = context.profile->m_mod;
  const paillier::PublicKey& n = key.public_key();
  Proof proof;
  do {
    proof.w = declassify("mod.w", sample_below(rng, n.n()));
  } while (jacobi_var(proof.w, n.n()) != -1);
  const std::vector<Nat> y = challenge(context, n, proof.w);
  // A y_i that shares a factor with N would factor it.
  MPC_ASSERT(!check_challenges(n.n(), y));

  std::vector<Product> jobs;
  add_roots(jobs, key.p_ring(), Exponents(key.p(), n.n()), key.prime_bits(), proof.w, y);
  add_roots(jobs, key.q_ring(), Exponents(key.q(), n.n()), key.prime_bits(), proof.w, y);
  const std::vector<Secret<Nat>> residues = co_await batch.evaluate(std::move(jobs));
  const std::span<const Secret<Nat>> all(residues);
  const Roots p(key.p_ring()->odd(), all.first(2 * m + 1), m);
  const Roots q(key.q_ring()->odd(), all.last(2 * m + 1), m);
  for (std::size_t i = 0; i < m; ++i) proof.entries.push_back(entry(key, p, q, proof.w, y[i], i));
  // A root that a fault of the machine spoilt modulo one prime would give N's factors away.
  const Refusal spoilt = co_await equations_hold_var(batch, n, proof, y);
  MPC_ASSERT(!spoilt);
  co_return proof;
}

Task<Refusal> verify_var(Batch& batch, Context context, paillier::PublicKey n, Proof proof) {
  Refusal refusal = check_elements(*context.profile, n.n(), proof);
  if (refusal) co_return refusal;
  const std::vector<Nat> y = challenge(context, n, proof.w);
  if ((refusal = check_challenges(n.n(), y))) co_return refusal;
  co_return co_await equations_hold_var(batch, n, proof, y);
}

}  // namespace mpc::proofs::mod
