#include "modexp/digits.h"

namespace mpc::modexp {

WipedBytes sliding_digits_var(const Nat& exponent, std::size_t bits, std::size_t window) {
  WipedBytes out(bits);
  for (std::size_t top = bits; top > 0;) {
    if (exponent.bit(top - 1) == 0) {
      --top;
      continue;
    }
    std::size_t end = top > window ? top - window : 0;
    while (exponent.bit(end) == 0) ++end;
    unsigned digit = 0;
    for (std::size_t i = top; i-- > end;) digit = digit << 1 | static_cast<unsigned>(exponent.bit(i));
    out[end] = static_cast<std::uint8_t>(digit);
    top = end;
  }
  return out;
}

}  // namespace mpc::modexp
