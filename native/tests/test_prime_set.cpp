// Sets of primes, sealed until they are used.
#include "protocol/prime_set.h"

#include <gtest/gtest.h>

#include "base/seeded_random.h"
#include "protocol/secret_fields.h"
#include "tests/support/session.h"
#include "tests/support/thread_limit.h"

namespace mpc::protocol {
namespace {

constexpr SealCost cheap{.passes = 1, .memory_kib = SealCost::min_memory_kib};
const ByteView passphrase = as_bytes("correct horse");

class SealedPrimes : public ::testing::Test {
 protected:
  void SetUp() override { setenv("MPC_FAST_INSECURE_TEST_PROFILE", "1", 1); }
};

Bytes label(std::string_view profile) {
  return transcript::Writer()
      .u8(static_cast<std::uint8_t>(profile.size()))
      .bytes(as_bytes(profile))
      .bytes(Bytes(16, 7))
      .take();
}

WipedBytes content(const PrimeSet& set) {
  SecretWriter out;
  for (const Secret<Nat>* prime : {&set.p, &set.q, &set.hat_p, &set.hat_q}) out.nat(prime->expose(), 64);
  return out.take();
}

/// "code detail" of opening a set that was sealed with this label and content; empty if it opens.
std::string refusal(const Bytes& header, const WipedBytes& secret, std::uint16_t kind = seal_kind::prime_set) {
  const auto opened = PrimeSet::open(seal(header, secret, passphrase, kind, system_rng(), cheap), passphrase);
  return opened ? "" : opened.error().code + " " + opened.error().detail;
}

TEST_F(SealedPrimes, are_the_same_for_a_seed_whatever_the_number_of_threads) {
  const Profile& toy = *proofs::find_profile("TOY");
  std::vector<WipedBytes> found;
  for (const std::size_t threads : {1U, 3U}) {
    const fixtures::ThreadLimit limit(threads);
    SeededRng rng(as_bytes("prime set"));
    found.push_back(content(*generate_primes_var(toy, rng, {})));
  }
  EXPECT_EQ(found[0], found[1]);
}

TEST_F(SealedPrimes, open_to_the_same_primes) {
  const PrimeSet set = fixtures::toy_primes(1);
  const Bytes file = set.seal(passphrase, system_rng());
  const auto opened = PrimeSet::open(file, passphrase);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->profile->name, "TOY");
  EXPECT_EQ(content(*opened), content(set));
  EXPECT_EQ(PrimeSet::open(file, as_bytes("other")).error().code, "E_SEAL_PASSPHRASE");
}

TEST_F(SealedPrimes, have_a_label_that_tells_them_apart) {
  const PrimeSet set = fixtures::toy_primes(1);
  const auto one = PrimeSetLabel::read(set.seal(passphrase, system_rng()));
  const auto other = PrimeSetLabel::read(set.seal(passphrase, system_rng()));
  ASSERT_TRUE(one && other);
  EXPECT_EQ(one->profile->name, "TOY");
  EXPECT_NE(one->id, other->id);
}

TEST_F(SealedPrimes, are_no_other_kind_of_sealed_file) {
  const WipedBytes primes = content(fixtures::toy_primes(1));
  EXPECT_EQ(refusal(label("TOY"), primes), "");
  EXPECT_EQ(refusal(label("TOY"), primes, seal_kind::key_share), "E_SEAL_KIND kind: 1");
  EXPECT_EQ(refusal(label("TOY"), primes, seal_kind::passphrase_check), "E_SEAL_KIND kind: 3");
  const Bytes file = fixtures::toy_primes(1).seal(passphrase, system_rng());
  EXPECT_EQ(KeyShare::open(file, passphrase).error().code, "E_SEAL_KIND");
  EXPECT_EQ(check_passphrase(file, passphrase)->code, "E_SEAL_KIND");
}

TEST_F(SealedPrimes, are_refused_under_another_profile) {
  const WipedBytes primes = content(fixtures::toy_primes(1));
  EXPECT_EQ(refusal(label("S128"), primes), "E_RECORD primes: length");
  EXPECT_EQ(refusal(label("S256"), primes), "E_PROFILE label.profile: unknown or not admitted");
  setenv("MPC_FAST_INSECURE_TEST_PROFILE", "0", 1);
  EXPECT_EQ(refusal(label("TOY"), primes), "E_PROFILE label.profile: unknown or not admitted");
}

TEST_F(SealedPrimes, are_refused_with_a_malformed_label) {
  const WipedBytes primes = content(fixtures::toy_primes(1));
  Bytes longer = label("TOY");
  longer.push_back(0);
  EXPECT_EQ(refusal(longer, primes), "E_RECORD message: trailing bytes");
  EXPECT_EQ(refusal({}, primes), "E_RECORD label.profile: truncated");
  Bytes shorter = label("TOY");
  shorter.pop_back();
  EXPECT_EQ(refusal(shorter, primes), "E_RECORD label.id: truncated");
}

TEST_F(SealedPrimes, are_refused_unless_each_has_its_width_and_is_3_mod_4) {
  const WipedBytes primes = content(fixtures::toy_primes(1));
  WipedBytes longer = primes;
  longer.push_back(0);
  EXPECT_EQ(refusal(label("TOY"), longer), "E_RECORD primes: length");
  for (std::size_t prime = 0; prime < 4; ++prime) {
    const std::size_t first = 64 * prime, last = first + 63;
    for (const auto& [at, bit] : {std::pair{first, 0x80}, {first, 0x40}, {last, 2}, {last, 1}}) {
      WipedBytes wrong = primes;
      wrong[at] ^= static_cast<std::uint8_t>(bit);
      EXPECT_EQ(refusal(label("TOY"), wrong), "E_RECORD primes: width or residue modulo 4") << at;
    }
  }
}

TEST_F(SealedPrimes, passphrase_check_knows_its_passphrase) {
  const Bytes file = seal_passphrase_check(passphrase, system_rng());
  EXPECT_FALSE(check_passphrase(file, passphrase));
  EXPECT_EQ(check_passphrase(file, as_bytes("correct hors"))->code, "E_SEAL_PASSPHRASE");
  EXPECT_EQ(PrimeSet::open(file, passphrase).error().code, "E_SEAL_KIND");
}

}  // namespace
}  // namespace mpc::protocol
