#include "protocol/presignature.h"

#include <algorithm>

#include "protocol/secret_fields.h"
#include "protocol/session_id.h"

namespace mpc::protocol {

namespace {

constexpr std::size_t scalar_bytes = 32;
constexpr std::size_t point_bytes = 33;
constexpr std::size_t max_path = 16;

Error bad_label(const char* what) { return refuse("E_RECORD", std::string("label.") + what); }

std::string read_text(Reader& in, const char* field) {
  const Bytes bytes = in.bytes(field, in.u8(field, 64));
  return {bytes.begin(), bytes.end()};
}

/// At least two, ascending, ours among them.
bool are_signers(const std::vector<PartyIndex>& signers, PartyIndex own) {
  const bool in_order = std::adjacent_find(signers.begin(), signers.end(), std::greater_equal<>()) == signers.end();
  return signers.size() >= 2 && signers.size() <= max_parties && in_order && signers.front() >= 1 &&
         signers.back() <= max_parties && std::binary_search(signers.begin(), signers.end(), own);
}

/// k~ and chi~, then what the signers alone know: Gamma, D~_m, S~_m.
std::size_t content_bytes(std::size_t signers) { return 2 * scalar_bytes + point_bytes * (1 + 2 * signers); }

}  // namespace

void PresignatureLabel::encode(Writer& out) const {
  const auto text = [&](std::string_view value) {
    out.u8(static_cast<std::uint8_t>(value.size())).bytes(as_bytes(value));
  };
  MPC_ASSERT(path.size() <= max_path && certificate.size() <= max_certificate_bytes);
  out.bytes(id).bytes(ssid);
  text(profile->name);
  text(key_id);
  out.u64(epoch);
  out.bytes(aux_digest).u16(index).u16(static_cast<std::uint16_t>(signers.size()));
  for (const PartyIndex i : signers) out.u16(i);
  out.u16(static_cast<std::uint16_t>(path.size()));
  for (const std::uint32_t step : path) out.u32(step);
  out.point(child_key).bytes(tr);
  out.u64(expiry);
  out.u32(static_cast<std::uint32_t>(certificate.size())).bytes(certificate);
}

Result<PresignatureLabel> PresignatureLabel::decode(ByteView header) {
  Reader in(header);
  auto label = decode(in);
  if (!label) return label;
  if (const Refusal refusal = in.finish()) return *refusal;
  return label;
}

Result<PresignatureLabel> PresignatureLabel::decode(Reader& in) {
  PresignatureLabel label;
  const Bytes id = in.bytes("label.id", label.id.size());
  label.ssid = in.bytes32("label.ssid");
  const std::string profile_name = read_text(in, "label.profile");
  label.key_id = read_text(in, "label.key_id");
  label.epoch = in.u64("label.epoch");
  label.aux_digest = in.bytes32("label.aux_digest");
  label.index = in.u16("label.index");
  const std::size_t signers = in.u16("label.signers");
  for (std::size_t i = 0; i < signers && in.ok(); ++i) label.signers.push_back(in.u16("label.signers"));
  const std::size_t steps = in.u16("label.path");
  for (std::size_t i = 0; i < steps && in.ok(); ++i) label.path.push_back(in.u32("label.path"));
  label.child_key = in.point("label.X_c");
  label.tr = in.bytes32("label.tr");
  label.expiry = in.u64("label.expiry");
  const std::size_t length = in.u32("label.certificate");
  label.certificate = in.bytes("label.certificate", length <= max_certificate_bytes ? length : all_ones);
  if (!in.ok()) return *in.finish();
  std::copy(id.begin(), id.end(), label.id.begin());
  label.profile = proofs::find_profile(profile_name);
  if (label.profile == nullptr) return refuse("E_PROFILE", "label.profile: unknown or not admitted");
  if (!is_label(label.key_id)) return bad_label("key_id: not 1 to 64 printable characters");
  if (!are_signers(label.signers, label.index)) return bad_label("signers: not ascending, or without their owner");
  if (label.path.size() > max_path) return bad_label("path: too long");
  return label;
}

Result<PresignatureLabel> PresignatureLabel::read(ByteView sealed) {
  const Result<Bytes> header = header_under_key(sealed, seal_kind::presignature);
  if (!header) return header.error();
  return decode(*header);
}

Refusal PresignatureLabel::check_share(const KeyShare& share) const {
  const KeyRecord& record = share.record;
  const auto other = [](const char* what) {
    return refuse("E_CONTEXT", std::string("presignature of another ") + what);
  };
  if (key_id != record.key_id) return other("key");
  if (profile->name != record.profile->name) return other("profile");
  if (epoch != record.epoch) return other("epoch");
  if (aux_digest != record.aux_digest) return other("auxiliary record");
  if (index != share.index) return other("party");
  if (!path.empty()) return other("path");
  if (!curve::equal_var(child_key, record.public_key)) return other("public key");
  if (signers.size() < record.threshold || record.find_seat(signers.back()) == nullptr) return other("set of signers");
  return std::nullopt;
}

bool PublicPresignature::adds_up_var() const {
  Point sum_delta;
  Point sum_s;
  for (const PartyIndex j : label.signers) {
    sum_delta = curve::add_var(sum_delta, cap_delta.at(j));
    sum_s = curve::add_var(sum_s, cap_s.at(j));
  }
  return curve::equal_var(sum_delta, Point::generator()) && curve::equal_var(sum_s, label.child_key);
}

void PublicPresignature::encode(Writer& out) const {
  label.encode(out);
  encode_values(out);
}

void PublicPresignature::encode_values(Writer& out) const {
  out.point(gamma);
  for (const PartyIndex j : label.signers) out.point(cap_delta.at(j)).point(cap_s.at(j));
}

void PublicPresignature::decode_values(Reader& in) {
  gamma = in.point("presignature.Gamma");
  for (const PartyIndex j : label.signers) {
    cap_delta.emplace(j, in.point("presignature.D"));
    cap_s.emplace(j, in.point("presignature.S"));
  }
}

Result<PublicPresignature> PublicPresignature::decode(ByteView data) {
  Reader in(data);
  auto label = PresignatureLabel::decode(in);
  if (!label) return label.error();
  PublicPresignature out;
  out.label = std::move(*label);
  out.decode_values(in);
  if (const Refusal refusal = in.finish()) return *refusal;
  if (!out.adds_up_var()) return refuse("E_RECORD", "presignature: its values do not add up");
  return out;
}

bool Presignature::is_sound() const {
  const Point own_delta = declassify("presign.own_delta", curve::mul(k, gamma));
  const Point own_s = declassify("presign.own_s", curve::mul(chi, gamma));
  return curve::equal_var(own_delta, cap_delta.at(label.index)) && curve::equal_var(own_s, cap_s.at(label.index)) &&
         adds_up_var();
}

Bytes Presignature::seal(const StoreKey& key, std::uint64_t generation, Rng& rng) const {
  Writer header;
  label.encode(header);
  SecretWriter content;
  content.nat(k.expose().to_nat(), scalar_bytes).nat(chi.expose().to_nat(), scalar_bytes);
  Writer values;
  encode_values(values);
  content.bytes(values.take());
  return seal_under_key(header.take(), content.take(), key.bytes(), seal_kind::presignature, generation, rng);
}

Result<Presignature> Presignature::open(ByteView sealed, const StoreKey& key, std::uint64_t generation) {
  auto label = PresignatureLabel::read(sealed);
  if (!label) return label.error();
  const auto content = open_under_key(sealed, key.bytes(), seal_kind::presignature, generation);
  if (!content) return content.error();
  if (content->size() != content_bytes(label->signers.size())) return refuse("E_RECORD", "presignature: length");
  Presignature out;
  SecretReader secrets(*content);
  out.k = Secret(curve::scalar_from(secrets.nat(scalar_bytes).expose()));
  out.chi = Secret(curve::scalar_from(secrets.nat(scalar_bytes).expose()));
  Reader in(secrets.take(content->size() - 2 * scalar_bytes));
  out.label = std::move(*label);
  out.decode_values(in);
  if (const Refusal refusal = in.finish()) return refuse("E_RECORD", refusal->detail);
  if (!out.is_sound()) return refuse("E_RECORD", "presignature: contradicts its public values");
  return out;
}

}  // namespace mpc::protocol
