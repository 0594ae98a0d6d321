#include "protocol/records.h"

#include <algorithm>

#include "protocol/session_id.h"

namespace mpc::protocol {

pedersen::TableBits table_bits(const Profile& p) {
  constexpr std::size_t most_operations = 7;  // log2 of 2P
  return {p.lp + p.eps + most_operations + 1, p.l + p.eps + p.nhb + 1};
}

const AuxEntry& AuxRecord::entry(PartyIndex index) const {
  const auto found =
      std::find_if(entries.begin(), entries.end(), [&](const AuxEntry& e) { return e.seat.index == index; });
  MPC_ASSERT(found != entries.end());
  return *found;
}

Bytes32 AuxRecord::digest() const {
  Encoder rows;
  for (const AuxEntry& entry : entries) {
    const std::size_t nh_bytes = entry.pedersen.bytes();
    Encoder row;
    row.u64(entry.seat.index).bytes(entry.seat.pid).nat(entry.paillier.n(), entry.paillier.n_bytes());
    row.nat(entry.pedersen.nh(), nh_bytes).nat(entry.pedersen.s(), nh_bytes).nat(entry.pedersen.t(), nh_bytes);
    rows.list(6, row);
  }
  Encoder out;
  out.label("aux").label(profile->name).list(entries.size(), rows);
  return transcript::h256(out);
}

void AuxRecord::encode(Writer& out) const {
  for (const AuxEntry& entry : entries) {
    out.nat(entry.paillier.n(), profile->n_bytes());
    for (const Nat* value : {&entry.pedersen.nh(), &entry.pedersen.s(), &entry.pedersen.t()}) {
      out.nat(*value, profile->nh_bytes());
    }
  }
}

const Seat* KeyRecord::find_seat(PartyIndex index) const { return protocol::find_seat(seats, index); }

const Point& KeyRecord::public_share(PartyIndex index) const {
  const Seat* seat = find_seat(index);
  MPC_ASSERT(seat != nullptr);
  return public_shares[static_cast<std::size_t>(seat - seats.data())];
}

Bytes32 KeyRecord::digest() const {
  Encoder shares;
  for (const Point& share : public_shares) shares.point(share);
  Encoder out;
  out.label("keyrec").label(profile->name).label(key_id).u64(epoch).u64(threshold).u64(seats.size());
  append_seats(out, seats);
  out.point(public_key).list(public_shares.size(), shares).bytes(chain_code).bytes(aux_digest);
  return transcript::h256(out);
}

void KeyRecord::encode(Writer& out) const {
  const auto text = [&](std::string_view value) {
    out.u8(static_cast<std::uint8_t>(value.size())).bytes(as_bytes(value));
  };
  text(profile->name);
  text(key_id);
  MPC_ASSERT(epoch <= 0xffffffff);
  out.u32(static_cast<std::uint32_t>(epoch)).u16(threshold).u16(static_cast<std::uint16_t>(seats.size()));
  for (const Seat& seat : seats) out.u16(seat.index).bytes(seat.identity_key);
  out.point(public_key);
  for (const Point& share : public_shares) out.point(share);
  out.bytes(chain_code).bytes(aux_digest);
}

Result<KeyRecord> KeyRecord::decode(Reader& in) {
  const auto text = [&](const char* field) {
    const Bytes bytes = in.bytes(field, in.u8(field, 64));
    return std::string(bytes.begin(), bytes.end());
  };
  const std::string profile_name = text("record.profile");
  KeyRecord record{};
  record.key_id = text("record.key_id");
  record.epoch = in.u32("record.epoch");
  record.threshold = in.u16("record.threshold");
  const std::size_t count = in.u16("record.parties");
  for (std::size_t i = 0; i < count && in.ok(); ++i) {
    const PartyIndex index = in.u16("record.index");
    record.seats.push_back(make_seat(index, in.bytes32("record.identity_key")));
  }
  record.public_key = in.point("record.X");
  for (std::size_t i = 0; i < count && in.ok(); ++i) record.public_shares.push_back(in.point("record.X_j"));
  record.chain_code = in.bytes32("record.chain_code");
  record.aux_digest = in.bytes32("record.aux_digest");
  if (!in.ok()) return *in.finish();
  record.profile = proofs::find_profile(profile_name);
  if (record.profile == nullptr) return refuse("E_PROFILE", "record.profile: unknown or not admitted");
  if (!is_label(record.key_id) || !record.is_consistent_var()) return refuse("E_RECORD", "record: inconsistent");
  return record;
}

bool KeyRecord::is_consistent_var() const {
  const std::size_t n = seats.size();
  if (n < 2 || n > max_parties || threshold < 2 || threshold > n || public_shares.size() != n) return false;
  for (std::size_t i = 0; i < n; ++i) {
    if (seats[i].index != i + 1 || public_shares[i].is_identity()) return false;
    for (std::size_t j = 0; j < i; ++j) {
      if (seats[j].identity_key == seats[i].identity_key) return false;
    }
  }
  if (public_key.is_identity()) return false;
  std::vector<PartyIndex> first;
  for (PartyIndex i = 1; i <= threshold; ++i) first.push_back(i);
  const auto interpolated = [&](const Scalar& x) {
    Point sum;
    for (const PartyIndex i : first) {
      sum = curve::add_var(sum, curve::mul_var(lagrange_var(first, i, x), public_shares[i - 1U]));
    }
    return sum;
  };
  if (!curve::equal_var(interpolated(Scalar()), public_key)) return false;
  for (std::size_t j = threshold; j < n; ++j) {
    if (!curve::equal_var(interpolated(Scalar::of(j + 1)), public_shares[j])) return false;
  }
  return true;
}

Scalar lagrange_var(const std::vector<PartyIndex>& set, PartyIndex i, const Scalar& x) {
  Scalar numerator = Scalar::of(1);
  Scalar denominator = Scalar::of(1);
  for (const PartyIndex m : set) {
    if (m == i) continue;
    numerator = curve::mul(numerator, curve::sub(Scalar::of(m), x));
    denominator = curve::mul(denominator, curve::sub(Scalar::of(m), Scalar::of(i)));
  }
  return curve::mul(numerator, curve::invert(denominator));
}

Bytes32 confirmation(const Bytes32& ssid, const Bytes32& base_digest, const Bytes32& result_digest) {
  Encoder out;
  out.label("confirm").bytes(ssid).bytes(base_digest).bytes(result_digest);
  return transcript::h256(out);
}

}  // namespace mpc::protocol
