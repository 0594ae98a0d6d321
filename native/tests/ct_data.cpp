// Blocks of ciphertexts on marked secrets: plaintexts, nonces, short exponents, and the factors of the owner.
#include "arith/sample.h"
#include "data/private_key.h"
#include "paillier/encryptor.h"
#include "tests/support/fixtures.h"

using namespace mpc;  // NOLINT: a program, not a library
using paillier::Ciphertexts;
using paillier::Encryptor;
using paillier::Obfuscation;
using paillier::View;

int main() {
  Rng& rng = system_rng();
  const auto key = data::PrivateKey::generate_var(1024, rng, {});
  MPC_ASSERT(key);
  std::vector<Secret<Int>> plaintexts;
  for (int i = 0; i < 9; ++i) plaintexts.push_back(sample_within(rng, Nat::power_of_two(900)));
  const std::vector<std::int64_t> at = {0, 1, 2, 3, 4, 5, 6, 7, 8};
  Encryptor anybody(key->data_key(), key->data_key()->key);
  Encryptor owner(key->data_key(), key->secret().public_key());
  for (Encryptor* encryptor : {&anybody, &owner}) {
    for (const Obfuscation obfuscation : {Obfuscation::full, Obfuscation::short_exponent}) {
      const Ciphertexts block = *encryptor->encrypt(plaintexts, obfuscation, rng);
      const Ciphertexts fresh = *encryptor->rerandomise(View(block, at), rng);
      const auto again = *paillier::decrypt(key->secret(), View(add_plain(View(fresh, at), plaintexts), at));
      const Int once = declassify("test.plaintext", plaintexts[8]);
      const Int twice = declassify("test.plaintext", again[8]);
      MPC_ASSERT(equal_var(add(once, once).magnitude(), twice.magnitude()));
    }
    (void)encryptor->obfuscators(3, Obfuscation::full, rng);
  }
  const Bytes file = key->seal(as_bytes("passphrase"), rng);
  MPC_ASSERT(data::PrivateKey::open(file, as_bytes("passphrase")));
  return 0;
}
