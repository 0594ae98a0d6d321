#include "transcript/transcript.h"

#include <sodium.h>

#include <algorithm>
#include <cstring>

#include "arith/number_theory.h"
#include "base/result.h"

namespace mpc::transcript {

namespace {

enum Tag : std::uint8_t {
  tag_label = 0x01,
  tag_bytes = 0x02,
  tag_u64 = 0x03,
  tag_nat = 0x04,
  tag_int = 0x05,
  tag_point = 0x06,
  tag_scalar = 0x07,
  tag_list = 0x08,
};

using Block = std::array<std::uint8_t, 64>;

/// BLAKE2b-512 with an optional key; nothing of the state stays on the stack.
void blake2b(Block& out, ByteView key, ByteView data) {
  static const bool ready = sodium_init() >= 0;
  MPC_ASSERT(ready);
  crypto_generichash_blake2b_state state;
  crypto_generichash_blake2b_init(&state, key.data(), key.size(), out.size());
  crypto_generichash_blake2b_update(&state, data.data(), data.size());
  crypto_generichash_blake2b_final(&state, out.data(), out.size());
  wipe(&state, sizeof state);
}

/// value - 2^(bits - 1) for a value of `bits` bits, at the least width that holds every result.
Int centred(const Nat& value, std::size_t bits) {
  return sub(Int(value), Int(Nat::power_of_two(bits - 1))).resized(limbs_for_bits(bits));
}

}  // namespace

void Encoder::append_u64(std::uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) buffer_.push_back(static_cast<std::uint8_t>(value >> shift));
}

void Encoder::header(std::uint8_t tag, std::uint64_t length) {
  buffer_.push_back(tag);
  append_u64(length);
}

Encoder& Encoder::item(std::uint8_t tag, ByteView payload) {
  header(tag, payload.size());
  buffer_.insert(buffer_.end(), payload.begin(), payload.end());
  return *this;
}

Encoder& Encoder::label(std::string_view text) {
  MPC_ASSERT(std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
  return item(tag_label, as_bytes(text));
}

Encoder& Encoder::bytes(ByteView data) { return item(tag_bytes, data); }

Encoder& Encoder::u64(std::uint64_t value) {
  header(tag_u64, 8);
  append_u64(value);
  return *this;
}

Encoder& Encoder::nat(const Nat& value, std::size_t length_bytes) {
  MPC_ASSERT(bytes_for_bits(bits_var(value)) <= length_bytes);
  return item(tag_nat, value.to_bytes(length_bytes));
}

Encoder& Encoder::integer(const Int& value, std::size_t magnitude_bytes) {
  MPC_ASSERT(bytes_for_bits(bits_var(value.magnitude())) <= magnitude_bytes);
  header(tag_int, 1 + magnitude_bytes);
  buffer_.push_back(is_negative_var(value) ? 1 : 0);
  const Bytes magnitude = value.magnitude().to_bytes(magnitude_bytes);
  buffer_.insert(buffer_.end(), magnitude.begin(), magnitude.end());
  return *this;
}

Encoder& Encoder::point(const curve::Point& value) { return item(tag_point, value.transcript_bytes()); }

Encoder& Encoder::secret_point_bytes(const Secret<curve::CompressedPoint>& encoded) {
  return item(tag_point, encoded.expose());
}

Encoder& Encoder::scalar(const curve::Scalar& value) { return item(tag_scalar, value.to_bytes()); }

Encoder& Encoder::list(std::size_t count, const Encoder& elements) {
  header(tag_list, 8 + elements.buffer_.size());
  append_u64(count);
  buffer_.insert(buffer_.end(), elements.buffer_.begin(), elements.buffer_.end());
  return *this;
}

Bytes32 h256(const Encoder& input) {
  Bytes32 out;
  Xof(input).read(out);
  return out;
}

Xof::Xof(const Encoder& input) { blake2b(seed_, {}, input.view()); }

Xof::~Xof() {
  wipe(seed_.data(), seed_.size());
  wipe(block_.data(), block_.size());
}

void Xof::next_block() {
  std::array<std::uint8_t, 8> counter;
  for (std::size_t i = 0; i < counter.size(); ++i) counter[i] = static_cast<std::uint8_t>(counter_ >> (8 * i));
  blake2b(block_, seed_, counter);
  ++counter_;
  used_ = 0;
}

void Xof::read(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    if (used_ == block_.size()) next_block();
    const std::size_t taken = std::min(out.size(), block_.size() - used_);
    std::memcpy(out.data(), block_.data() + used_, taken);
    used_ += taken;
    out = out.subspan(taken);
  }
}

Nat Xof::natural(std::size_t length) {
  WipedBytes big_endian(length);
  read(big_endian);
  return Nat::from_bytes(big_endian);
}

curve::Scalar Xof::scalar() { return curve::scalar_from(natural(48)); }

Secret<curve::Scalar> Xof::secret_scalar() {
  Secret<curve::Scalar> out(scalar());
  out.taint();
  return out;
}

Bytes Xof::bits(std::size_t n) {
  Bytes out((n + 7) / 8);
  read(out);
  if (n % 8 != 0) out.back() &= static_cast<std::uint8_t>((1U << (n % 8)) - 1);
  return out;
}

Nat Xof::unit_candidate(const Nat& n, std::size_t n_bits) { return mod_var(natural(bytes_for_bits(n_bits) + 16), n); }

Int Xof::fac_challenge() { return centred(natural(32), 256); }

Nat Xof::unsigned_challenge(std::size_t bits) { return natural(bits / 8); }

Int Xof::toy_challenge() { return centred(natural(4), 32); }

}  // namespace mpc::transcript
