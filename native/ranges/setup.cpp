#include "ranges/setup.h"

#include <algorithm>

#include "arith/number_theory.h"
#include "proofs/fac.h"
#include "proofs/mod.h"
#include "proofs/prm.h"
#include "protocol/generator_list.h"

namespace mpc::ranges {

namespace {

using modexp::Batch;
using protocol::AuxSecrets;
using protocol::Moduli;
using transcript::Encoder;
using transcript::Reader;
using transcript::Writer;
namespace fac = proofs::fac;
namespace mod = proofs::mod;
namespace prm = proofs::prm;

constexpr std::uint16_t format_version = 1;
/// Longer than the name of any profile.
constexpr std::size_t name_bytes = 8;

Bytes32 setup_id(const Profile& p, const Moduli& m) {
  Encoder out;
  out.label("range-setup").label(p.name).nat(m.n, p.n_bytes());
  for (const Nat* value : {&m.nh, &m.s, &m.t}) out.nat(*value, p.nh_bytes());
  return transcript::h256(out);
}

/// Of proofs about values up to 2^l, with masks of the usual width.
pedersen::TableBits table_bits(const Profile& p) { return {p.l + 2 * p.kappa + 8, p.nhb + p.sigma + 2 * p.kappa + 8}; }

/// A setup has no session: it proves itself under its own name.
proofs::Context context(const Profile& profile, const Bytes32& id, const char* slot) {
  return {&profile, id, 0, id, std::nullopt, slot};
}

void encode_numbers(Writer& out, const Profile& p, const Moduli& m) {
  Bytes name(name_bytes);
  std::copy(p.name.begin(), p.name.end(), name.begin());
  out.u16(format_version).bytes(name).nat(m.n, p.n_bytes());
  for (const Nat* value : {&m.nh, &m.s, &m.t}) out.nat(*value, p.nh_bytes());
}

Result<const Profile*> decode_profile(Reader& in) {
  const std::uint16_t version = in.u16("setup.version");
  const Bytes name = in.bytes("setup.profile", name_bytes);
  if (!in.ok()) return *in.finish();
  if (version != format_version) return refuse("E_VERSION", "setup.version: " + std::to_string(version));
  const auto end = std::find(name.begin(), name.end(), 0);
  const Profile* profile = proofs::find_profile(std::string(name.begin(), end));
  const bool padded = std::all_of(end, name.end(), [](std::uint8_t byte) { return byte == 0; });
  if (profile == nullptr || !padded) return refuse("E_PROFILE", "setup.profile: unknown, or not admitted here");
  return profile;
}

struct Decoded {
  Setup setup;
  prm::Proof prm;
  mod::Proof mod;
};

/// All but the verification of the proofs.
Result<Decoded> decode_unverified(ByteView encoding) {
  Reader in(encoding);
  const Result<const Profile*> profile = decode_profile(in);
  if (!profile) return profile.error();
  const Profile& p = **profile;
  Moduli m;
  m.n = in.nat("setup.N", p.n_bytes());
  m.nh = in.nat("setup.Nh", p.nh_bytes());
  m.s = in.nat("setup.s", p.nh_bytes(), &m.nh);
  m.t = in.nat("setup.t", p.nh_bytes(), &m.nh);
  if (!in.ok()) return *in.finish();
  auto key = paillier::PublicKey::from_modulus(m.n, p.nb);
  if (!key) return key.error();
  if (const Refusal bad = pedersen::Params::check_modulus_var(m.nh, p.nhb)) return *bad;
  if (!equal_var(gcd_var(m.n, m.nh), Nat::of(1))) return refuse("E_MODULUS", "N, Nh: common factor");
  auto params = pedersen::Params::from_public(m.nh, m.s, m.t, p.nhb);
  if (!params) return params.error();
  params->use_tables(table_bits(p));
  prm::Proof prm_proof = prm::Proof::decode(in, p, m.nh);
  mod::Proof mod_proof = mod::Proof::decode(in, p, *key);
  if (const Refusal bad = in.finish()) return *bad;
  Setup setup{&p, std::move(*key), std::move(*params), setup_id(p, m), Bytes(encoding.begin(), encoding.end())};
  return Decoded{std::move(setup), std::move(prm_proof), std::move(mod_proof)};
}

/// E_PROOF: the verifier's name of what is wrong says which proof it is.
Error no_proof(const Error& found) { return refuse("E_PROOF", found.code + ": " + found.detail); }

proofs::Context factor_context(const Profile& profile, const Bytes32& prover, const Bytes32& verifier) {
  proofs::Context out = context(profile, prover, "fac");
  out.verifier = verifier;
  return out;
}

}  // namespace

Result<Setup> Setup::decode_var(ByteView encoding) {
  auto decoded = decode_unverified(encoding);
  if (!decoded) return decoded.error();
  const Setup& s = decoded->setup;
  // The tables of this copy go with it: whoever only keeps a setup needs none.
  pedersen::Params params = s.pedersen;
  params.use_tables(table_bits(*s.profile));
  Batch batch;
  std::vector<modexp::Task<Refusal>> tasks;
  tasks.push_back(prm::verify_var(batch, context(*s.profile, s.id, "prm"), params, std::move(decoded->prm)));
  tasks.push_back(mod::verify_var(batch, context(*s.profile, s.id, "mod"), s.paillier, std::move(decoded->mod)));
  for (const Refusal& bad : batch.run_all(std::move(tasks))) {
    if (bad) return no_proof(*bad);
  }
  return std::move(decoded->setup);
}

Result<OwnSetup> OwnSetup::create(protocol::PrimeSet primes, Rng& rng) {
  const Profile& p = *primes.profile;
  auto secrets = AuxSecrets::create(p, std::move(primes), rng);
  if (!secrets) return secrets.error();
  const Moduli moduli = secrets->moduli();
  const Bytes32 id = setup_id(p, moduli);
  Batch batch;
  const auto prm_proof = batch.run(prm::prove(batch, context(p, id, "prm"), secrets->pedersen, rng));
  const auto mod_proof = batch.run(mod::prove(batch, context(p, id, "mod"), secrets->paillier, rng));
  Writer out;
  encode_numbers(out, p, moduli);
  prm_proof.encode(out, p);
  mod_proof.encode(out, p);
  Setup setup{&p, secrets->paillier.public_key(), secrets->pedersen.params(), id, out.take()};
  return OwnSetup(std::move(setup), std::move(*secrets));
}

Result<Bytes> OwnSetup::prove_factors(const Setup& verifier, Rng& rng) const {
  const Profile& p = *setup_.profile;
  if (verifier.profile != &p) return refuse("E_PROFILE", "setup.profile: not that of the prover");
  Batch batch;
  const auto proof = batch.run(
      fac::prove(batch, factor_context(p, setup_.id, verifier.id), secrets_.paillier, verifier.pedersen, rng));
  Writer out;
  proof.encode(out, p);
  return out.take();
}

Refusal OwnSetup::check_factors_var(const Setup& prover, ByteView proof) const {
  const Profile& p = *setup_.profile;
  if (prover.profile != &p) return refuse("E_PROFILE", "setup.profile: not that of the verifier");
  Reader in(proof);
  fac::Proof decoded = fac::Proof::decode(in, p, setup_.pedersen);
  if (const Refusal bad = in.finish()) return bad;
  Batch batch;
  const Refusal bad = batch.run(fac::verify_var(batch, factor_context(p, prover.id, setup_.id), prover.paillier,
                                                std::move(decoded), setup_.pedersen));
  return bad ? Refusal(no_proof(*bad)) : Refusal();
}

pedersen::Trapdoor OwnSetup::with_generators(std::size_t count) const {
  return protocol::derive_generators(secrets_.pedersen, "range-generators/lam", setup_.id, count);
}

Bytes OwnSetup::seal(ByteView passphrase, Rng& rng) const {
  protocol::SecretWriter secret;
  secrets_.store(secret, *setup_.profile);
  return protocol::seal(setup_.encoding, secret.take(), passphrase, protocol::seal_kind::range_setup, rng);
}

Result<OwnSetup> OwnSetup::open(ByteView file, ByteView passphrase) {
  const Result<Bytes> header = protocol::sealed_header(file, protocol::seal_kind::range_setup);
  if (!header) return header.error();
  auto content = protocol::open_sealed(file, passphrase, protocol::seal_kind::range_setup);
  if (!content) return content.error();
  // Now the header is ours: its proofs held when we made them.
  auto decoded = decode_unverified(*header);
  if (!decoded) return decoded.error();
  Setup& setup = decoded->setup;
  if (content->size() != AuxSecrets::stored_bytes(*setup.profile)) return refuse("E_RECORD", "content: length");
  protocol::SecretReader in(*content);
  const pedersen::Params& params = setup.pedersen;
  auto secrets = AuxSecrets::restore(in, *setup.profile, {setup.paillier.n(), params.nh(), params.s(), params.t()});
  if (!secrets) return secrets.error();
  setup.paillier = secrets->paillier.public_key();
  setup.pedersen = secrets->pedersen.params();
  return OwnSetup(std::move(setup), std::move(*secrets));
}

}  // namespace mpc::ranges
