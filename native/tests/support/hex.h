// Bytes as text, for constants that were computed elsewhere.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"

namespace mpc::fixtures {

inline Bytes from_hex(std::string_view text) {
  Bytes out;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    out.push_back(static_cast<std::uint8_t>(std::stoul(std::string(text.substr(i, 2)), nullptr, 16)));
  }
  return out;
}

inline std::string to_hex(ByteView bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const std::uint8_t byte : bytes) {
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

}  // namespace mpc::fixtures
