// The content of a sealed file: secret fields of fixed width, one after the other.
#pragma once

#include "arith/nat.h"
#include "base/bytes.h"

namespace mpc::protocol {

class SecretWriter {
 public:
  /// Big endian; the value must fit (not checked: the caller knows a bound).
  SecretWriter& nat(const Nat& value, std::size_t length) {
    out_.resize(out_.size() + length);
    value.write_bytes({out_.data() + out_.size() - length, length});
    return *this;
  }
  SecretWriter& bytes(ByteView field) {
    out_.insert(out_.end(), field.begin(), field.end());
    return *this;
  }
  WipedBytes take() { return std::move(out_); }

 private:
  WipedBytes out_;
};

/// Takes fields off the front. The caller has compared the length of the whole with that of all fields.
class SecretReader {
 public:
  explicit SecretReader(const WipedBytes& content) : rest_(content.data(), content.size()) {}
  ByteView take(std::size_t length) {
    const ByteView field = rest_.subspan(0, length);
    rest_ = rest_.subspan(length);
    return field;
  }
  Secret<Nat> nat(std::size_t length) {
    Secret value(Nat::from_bytes(take(length)));
    value.taint();
    return value;
  }

 private:
  ByteView rest_;
};

}  // namespace mpc::protocol
