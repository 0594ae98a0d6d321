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

constexpr std::size_t scalar_bytes = 32;

std::size_t secret_bytes(const Profile& profile) {
  return scalar_bytes + Identity::seed_bytes + AuxSecrets::stored_bytes(profile);
}

WipedBytes encode_secrets(const KeyShare& share) {
  SecretWriter out;
  out.nat(share.x.expose().to_nat(), scalar_bytes).bytes(share.identity->seed().expose());
  share.aux.secrets->store(out, *share.record.profile);
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
  const Profile& profile = *part->record.profile;
  if (content->size() != secret_bytes(profile)) return refuse("E_RECORD", "content: length");
  SecretReader in(*content);
  Secret x(curve::scalar_from(in.nat(scalar_bytes).expose()));
  const ByteView seed = in.take(Identity::seed_bytes);
  auto identity = Identity::from_seed(Secret(WipedBytes(seed.begin(), seed.end())));
  if (!identity) return identity.error();
  AuxEntry* own = nullptr;
  for (AuxEntry& entry : part->aux.entries) {
    if (entry.seat.index == part->index) own = &entry;
  }
  MPC_ASSERT(own != nullptr);  // decode checked the index
  const pedersen::Params& params = own->pedersen;
  auto restored = AuxSecrets::restore(in, profile, {own->paillier.n(), params.nh(), params.s(), params.t()});
  if (!restored) return restored.error();
  const auto factors = std::make_shared<const AuxSecrets>(std::move(*restored));
  own->paillier = factors->paillier.public_key();
  own->pedersen = factors->pedersen.params();
  AuxShare aux{std::move(part->aux), part->index, factors, std::move(part->aux_certificate)};
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
