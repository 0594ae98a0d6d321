// Paillier keys for data: whatever a program wants to add up without seeing it. Apart from the keys of any protocol.
#pragma once

#include <functional>

#include "paillier/ciphertexts.h"

namespace mpc::data {

/// Widths of N: multiples of 128 bits, so that primes fill their limbs.
constexpr std::size_t min_bits = 1024;
constexpr std::size_t max_bits = 7680;
bool is_key_width(std::size_t bits);

class PrivateKey {
 public:
  /// N of exactly `bits` bits, an admitted width (asserted), of two Blum primes p and q with
  /// gcd(p - 1, q - 1) = 2. Variable time: the search ends before
  /// anything exists that could depend on it. keep_searching: called several times a second, false cancels.
  static std::optional<PrivateKey> generate_var(std::size_t bits, Rng& rng,
                                                const std::function<bool()>& keep_searching);
  /// Of a key that was made elsewhere. Variable time: who gives the primes had them in the clear. E_MODULUS unless they
  /// are primes of equal width, far enough from each other, with a product of an admitted width.
  static Result<PrivateKey> from_primes_var(const Secret<Nat>& p, const Secret<Nat>& q);

  const paillier::SecretKey& secret() const { return secret_; }
  /// The key as others know it.
  const paillier::DataKeyPtr& data_key() const { return data_key_; }

  /// A sealed file, whose header is N.
  Bytes seal(ByteView passphrase, Rng& rng) const;
  /// The errors of open_sealed, E_RECORD.
  static Result<PrivateKey> open(ByteView file, ByteView passphrase);

 private:
  PrivateKey(paillier::SecretKey secret, paillier::DataKeyPtr data_key);
  static Result<PrivateKey> of(Result<paillier::SecretKey> secret);

  paillier::SecretKey secret_;
  paillier::DataKeyPtr data_key_;
};

/// E_MODULUS unless n is odd, of an admitted width and without factors below 4096.
Result<paillier::DataKeyPtr> public_key_var(const Nat& n);

}  // namespace mpc::data
