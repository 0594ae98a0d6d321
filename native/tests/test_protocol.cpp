#include <gtest/gtest.h>

#include "curve/ecdsa.h"
#include "tests/support/session.h"

namespace mpc {
namespace {

TEST(Protocol, TwoOfTwoSignsUnderTheCommonKeyWithLowS) {
  const auto shares = fixtures::toy_key(system_rng());
  for (std::uint8_t round = 0; round < 3; ++round) {
    Bytes32 digest{};
    digest.fill(round);
    const auto signature = fixtures::sign(shares, digest, system_rng());
    EXPECT_TRUE(curve::verify_ecdsa_var(shares[0]->record.public_key, digest, signature.r, signature.s));
    EXPECT_FALSE(curve::is_high(signature.s));
    const auto recovered = curve::recover_var(digest, signature.r, signature.s, signature.recovery_id);
    ASSERT_TRUE(recovered.has_value());
    EXPECT_TRUE(curve::equal_var(*recovered, shares[0]->record.public_key));
  }
}

TEST(Protocol, PublicRecordsAgreeByteForByte) {
  const auto shares = fixtures::toy_key(system_rng());
  transcript::Writer first, second;
  shares[0]->record.encode(first);
  shares[1]->record.encode(second);
  EXPECT_EQ(first.take(), second.take());
  EXPECT_EQ(shares[0]->record.digest(), shares[1]->record.digest());
  EXPECT_EQ(shares[0]->aux.record.digest(), shares[1]->aux.record.digest());
  EXPECT_FALSE(shares[0]->check());
}

TEST(Protocol, SignerSetsAreCheckedBeforeAnything) {
  const auto shares = fixtures::toy_key(system_rng());
  const auto refusal = [&](std::vector<protocol::PartyIndex> signers) {
    const auto set = protocol::SigningSet::create(*shares[0], std::move(signers));
    return set ? std::string() : set.error().code;
  };
  EXPECT_EQ(refusal({1}), "E_SIGNERS");
  EXPECT_EQ(refusal({1, 1}), "E_SIGNERS");
  EXPECT_EQ(refusal({1, 3}), "E_SIGNERS");
  EXPECT_EQ(refusal({2, 1}), "");
}

TEST(Protocol, ASealedShareOpensToTheSameShare) {
  const auto shares = fixtures::toy_key(system_rng());
  const Bytes file = shares[1]->seal(as_bytes("passphrase"), system_rng());
  auto opened = protocol::KeyShare::open(file, as_bytes("passphrase"));
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->record.digest(), shares[1]->record.digest());
  EXPECT_EQ(opened->index, 2);
  const auto wrong = protocol::KeyShare::open(file, as_bytes("other"));
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, "E_SEAL_PASSPHRASE");
  const std::vector<std::shared_ptr<const protocol::KeyShare>> mixed{
      shares[0], std::make_shared<const protocol::KeyShare>(std::move(*opened))};
  const auto signature = fixtures::sign(mixed, Bytes32{}, system_rng());
  EXPECT_TRUE(curve::verify_ecdsa_var(mixed[0]->record.public_key, Bytes32{}, signature.r, signature.s));
}

}  // namespace
}  // namespace mpc
