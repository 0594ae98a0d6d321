#include "protocol/key_share.h"

#include "protocol/secret_fields.h"

namespace mpc::protocol {

namespace {

Bytes encode_public_part(const KeyShare& share) {
  Writer out;
  out.u16(share.index);
  share.record.encode(out);
  share.aux.record.encode(out);
  for (const Bytes* certificate : {&share.aux.certificate, &share.certificate}) {
    out.u32(static_cast<std::uint32_t>(certificate->size())).bytes(*certificate);
  }
  return out.take();
}

/// Widths of the secret fields, in the order in which they are stored.
struct SecretLayout {
  std::size_t scalar = 32;
  std::size_t seed = Identity::seed_bytes;
  std::size_t prime;
  std::size_t hat_prime;
  std::size_t lam;

  explicit SecretLayout(const Profile& p) : prime(p.n_bytes() / 2), hat_prime(p.nh_bytes() / 2), lam(p.nh_bytes()) {}
  std::size_t total() const { return scalar + seed + 2 * prime + 2 * hat_prime + lam; }
};

WipedBytes encode_secrets(const KeyShare& share) {
  const SecretLayout layout(*share.record.profile);
  SecretWriter out;
  out.nat(share.x.expose().to_nat(), layout.scalar).bytes(share.identity->seed().expose());
  out.nat(share.aux.secrets->paillier.p().expose(), layout.prime);
  out.nat(share.aux.secrets->paillier.q().expose(), layout.prime);
  out.nat(share.aux.secrets->pedersen.p().expose(), layout.hat_prime);
  out.nat(share.aux.secrets->pedersen.q().expose(), layout.hat_prime);
  out.nat(share.aux.secrets->pedersen.lam().expose(), layout.lam);
  return out.take();
}

Result<AuxRecord> decode_aux(Reader& in, const KeyRecord& record) {
  const Profile& p = *record.profile;
  AuxRecord aux{&p, {}};
  for (const Seat& seat : record.seats) {
    const Nat n = in.nat("aux.N", p.n_bytes());
    const Nat nh = in.nat("aux.Nh", p.nh_bytes());
    const Nat s = in.nat("aux.s", p.nh_bytes());
    const Nat t = in.nat("aux.t", p.nh_bytes());
    if (!in.ok()) return *in.finish();
    auto key = paillier::PublicKey::from_modulus(n, p.nb);
    if (!key) return refuse("E_RECORD", "aux." + key.error().detail);
    auto params = pedersen::Params::from_public(nh, s, t, p.nhb);
    if (!params) return refuse("E_RECORD", "aux." + params.error().detail);
    params->use_tables(table_bits(p));  // our own entry is replaced by parameters that know their factors
    aux.entries.push_back({seat, std::move(*key), std::move(*params)});
  }
  return aux;
}

/// Whether p q = n, before anything is built on p and q: n is known to be a possible modulus.
bool divide(const Secret<Nat>& p, const Secret<Nat>& q, const Nat& n) {
  return declassify("key_share.factors", equal_mask(mul(p.expose(), q.expose()), n)) != 0;
}

Result<std::shared_ptr<const AuxSecrets>> decode_factors(SecretReader& in, const SecretLayout& layout,
                                                         const AuxEntry& own) {
  const Secret<Nat> p = in.nat(layout.prime);
  const Secret<Nat> q = in.nat(layout.prime);
  const Secret<Nat> hat_p = in.nat(layout.hat_prime);
  const Secret<Nat> hat_q = in.nat(layout.hat_prime);
  const Secret<Nat> lam = in.nat(layout.lam);
  if (!divide(p, q, own.paillier.n())) return refuse("E_RECORD", "factors of N");
  if (!divide(hat_p, hat_q, own.pedersen.nh())) return refuse("E_RECORD", "factors of Nh");
  auto key = paillier::SecretKey::from_primes(p, q);
  if (!key) return refuse("E_RECORD", "factors of N");
  auto trapdoor = pedersen::Trapdoor::restore(hat_p, hat_q, lam, own.pedersen.t());
  if (!trapdoor) return refuse("E_RECORD", "factors of Nh");
  return std::make_shared<const AuxSecrets>(AuxSecrets{std::move(*key), std::move(*trapdoor)});
}

}  // namespace

Refusal KeyShare::check() const {
  const Seat* seat = record.find_seat(index);
  if (seat == nullptr) return refuse("E_RECORD", "index");
  if (!record.is_consistent_var()) return refuse("E_RECORD", "record");
  if (seat->identity_key != identity->public_key()) return refuse("E_RECORD", "identity");
  const Point own = declassify("key_share.public_share", curve::mul_base(x));
  if (!curve::equal_var(own, record.public_share(index))) return refuse("E_RECORD", "x_i: does not match X_i");
  if (record.aux_digest != aux.record.digest()) return refuse("E_RECORD", "aux digest");
  const AuxEntry& entry = aux.record.entry(index);
  const pedersen::Params& params = aux.secrets->pedersen.params();
  if (!equal_var(entry.paillier.n(), aux.secrets->paillier.public_key().n())) return refuse("E_RECORD", "factors of N");
  if (!equal_var(entry.pedersen.nh(), params.nh()) || !equal_var(entry.pedersen.s(), params.s())) {
    return refuse("E_RECORD", "factors of Nh");
  }
  return Refusal();
}

KeyShare KeyShare::with_certificate(Bytes bytes) const {
  return {record, index, x.clone(), identity, aux, std::move(bytes)};
}

Bytes KeyShare::seal(ByteView passphrase, Rng& rng) const {
  return protocol::seal(encode_public_part(*this), encode_secrets(*this), passphrase, seal_kind::key_share, rng);
}

Result<PublicPart> PublicPart::decode(ByteView header) {
  Reader in(header);
  const PartyIndex index = in.u16("share.index");
  if (!in.ok()) return *in.finish();
  auto record = KeyRecord::decode(in);
  if (!record) return record.error();
  auto aux = decode_aux(in, *record);
  if (!aux) return aux.error();
  const auto certificate = [&](const char* field) {
    const std::size_t length = in.u32(field);
    return in.bytes(field, length <= max_certificate_bytes ? length : all_ones);
  };
  PublicPart part{std::move(*record), index, std::move(*aux), {}, {}};
  part.aux_certificate = certificate("share.aux_certificate");
  part.certificate = certificate("share.certificate");
  if (const Refusal refusal = in.finish()) return *refusal;
  if (part.record.find_seat(index) == nullptr) return refuse("E_RECORD", "share.index");
  if (part.record.aux_digest != part.aux.digest()) return refuse("E_RECORD", "aux digest");
  return part;
}

Result<PublicPart> PublicPart::read(ByteView file) {
  const Result<Bytes> header = sealed_header(file, seal_kind::key_share);
  if (!header) return header.error();
  return decode(*header);
}

Result<KeyShare> KeyShare::open(ByteView file, ByteView passphrase) {
  auto part = PublicPart::read(file);
  if (!part) return part.error();
  auto content = open_sealed(file, passphrase, seal_kind::key_share);
  if (!content) return content.error();
  const SecretLayout layout(*part->record.profile);
  if (content->size() != layout.total()) return refuse("E_RECORD", "content: length");
  SecretReader in(*content);
  Secret x(curve::scalar_from(in.nat(layout.scalar).expose()));
  const ByteView seed = in.take(layout.seed);
  auto identity = Identity::from_seed(Secret(WipedBytes(seed.begin(), seed.end())));
  if (!identity) return identity.error();
  AuxEntry* own = nullptr;
  for (AuxEntry& entry : part->aux.entries) {
    if (entry.seat.index == part->index) own = &entry;
  }
  MPC_ASSERT(own != nullptr);  // decode checked the index
  auto factors = decode_factors(in, layout, *own);
  if (!factors) return factors.error();
  if (!equal_var(own->pedersen.s(), (*factors)->pedersen.params().s())) return refuse("E_RECORD", "factors of Nh");
  own->paillier = (*factors)->paillier.public_key();
  own->pedersen = (*factors)->pedersen.params();
  AuxShare aux{std::move(part->aux), part->index, std::move(*factors), std::move(part->aux_certificate)};
  KeyShare share{std::move(part->record),
                 part->index,
                 std::move(x),
                 std::make_shared<const Identity>(std::move(*identity)),
                 std::move(aux),
                 std::move(part->certificate)};
  if (const Refusal refusal = share.check()) return *refusal;
  return share;
}

}  // namespace mpc::protocol
