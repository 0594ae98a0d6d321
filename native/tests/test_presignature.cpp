// Presignatures at rest, and signing from them.
#include <gtest/gtest.h>

#include "curve/ecdsa.h"
#include "protocol/session_id.h"
#include "tests/support/session.h"

namespace mpc::protocol {
namespace {

constexpr std::uint64_t generation = 7;
const ByteView passphrase = as_bytes("correct horse");

Bytes32 digest_of(std::uint8_t value) {
  Bytes32 out{};
  out.fill(value);
  return out;
}

/// A key of two parties, a presignature of theirs and the key of a store, made once.
class Presignatures : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    shares_ = fixtures::toy_key(system_rng());
    auto parts = fixtures::presign(shares_, system_rng());
    key_.emplace(StoreKey::generate(system_rng()));
    for (const Presignature& part : parts) sealed_.push_back(part.seal(*key_, generation, system_rng()));
  }
  static void TearDownTestSuite() {
    shares_.clear();
    sealed_.clear();
    key_.reset();
  }

  static Presignature open(std::size_t party) {
    return std::move(*Presignature::open(sealed_[party], *key_, generation));
  }
  static std::unique_ptr<PresignedSigner> signer(std::size_t party, const Bytes32& digest) {
    return std::move(*PresignedSigner::create(*shares_[party], open(party), digest));
  }
  static std::string refusal(ByteView sealed, std::uint64_t of = generation) {
    const auto opened = Presignature::open(sealed, *key_, of);
    return opened ? "" : opened.error().code;
  }
  /// Codes with which party 1 meets an R4 of party 2.
  static std::string verdict(PresignedSigner& one, const Bytes& own, const Bytes& other) {
    Failures failures = one.receive_round5({{1, own}, {2, other}});
    if (failures.empty()) failures = one.check_round5();
    if (failures.empty()) return "";
    EXPECT_EQ(failures.size(), 1U);
    EXPECT_EQ(failures[0].party, 2);
    return failures[0].code;
  }

  static std::vector<std::shared_ptr<const KeyShare>> shares_;
  static std::vector<Bytes> sealed_;
  static std::optional<StoreKey> key_;
};

std::vector<std::shared_ptr<const KeyShare>> Presignatures::shares_;
std::vector<Bytes> Presignatures::sealed_;
std::optional<StoreKey> Presignatures::key_;

TEST_F(Presignatures, open_to_what_was_sealed) {
  const Presignature one = open(0);
  EXPECT_TRUE(one.is_sound());
  EXPECT_EQ(one.label.index, 1);
  EXPECT_EQ(one.label.expiry, 1000U);
  EXPECT_EQ(one.label.certificate, (Bytes{1, 2, 3}));
  const auto label = PresignatureLabel::read(sealed_[1]);
  ASSERT_TRUE(label);
  EXPECT_EQ(label->id, one.label.id);
  EXPECT_EQ(label->tr, one.label.tr);
  EXPECT_EQ(label->index, 2);
  EXPECT_EQ(label->signers, (std::vector<PartyIndex>{1, 2}));
  EXPECT_EQ(label->epoch, shares_[0]->record.epoch);
  EXPECT_FALSE(label->check_share(*shares_[1]));
}

TEST_F(Presignatures, sign_under_the_common_key) {
  const Bytes32 digest = digest_of(9);
  auto one = signer(0, digest), two = signer(1, digest);
  EXPECT_EQ(one->combiner().ssid(), two->combiner().ssid());
  const auto& label = one->combiner().label();
  EXPECT_EQ(one->combiner().ssid(), presigned_session_id(label.ssid, label.id, digest));
  const Messages r4{{1, *one->round5()}, {2, *two->round5()}};
  for (auto* party : {one.get(), two.get()}) {
    EXPECT_TRUE(party->receive_round5(r4).empty());
    EXPECT_TRUE(party->check_round5().empty());
    const auto signature = party->signature();
    ASSERT_TRUE(signature);
    const Point& key = shares_[0]->record.public_key;
    EXPECT_TRUE(curve::verify_ecdsa_var(key, digest, signature->r, signature->s));
    EXPECT_FALSE(curve::is_high(signature->s));
    EXPECT_TRUE(curve::equal_var(*curve::recover_var(digest, signature->r, signature->s, signature->recovery_id), key));
  }
}

TEST_F(Presignatures, sign_once) {
  auto one = signer(0, digest_of(9));
  EXPECT_TRUE(one->round5());
  const auto again = one->round5();
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, "E_PRESIGNATURE_USED");
}

TEST_F(Presignatures, lose_their_shares_when_they_sign) {
  Presignature one = open(0);
  const auto combiner = Combiner::create(one, digest_of(9));
  ASSERT_TRUE(combiner);
  combiner->sign(one);
  EXPECT_NE(zero_mask(one.k.expose()), 0U);
  EXPECT_NE(zero_mask(one.chi.expose()), 0U);
}

TEST_F(Presignatures, are_rerandomised_by_the_message) {
  const auto r4 = [&](std::uint8_t value) { return *signer(0, digest_of(value))->round5(); };
  const Bytes one = r4(1), other = r4(2);
  EXPECT_EQ(one, r4(1));
  EXPECT_NE(one, other);
  EXPECT_NE(signer(0, digest_of(1))->combiner().ssid(), signer(0, digest_of(2))->combiner().ssid());
}

TEST_F(Presignatures, wrong_partial_signatures_name_their_sender) {
  const Bytes32 digest = digest_of(9);
  const Bytes honest = *signer(1, digest)->round5(), of_other = *signer(1, digest_of(8))->round5();
  const auto meet = [&](const Bytes& other) {
    auto one = signer(0, digest);
    const Bytes own = *one->round5();
    return verdict(*one, own, other);
  };
  EXPECT_EQ(meet(honest), "");
  Bytes wrong = honest;
  wrong.back() ^= 1;
  EXPECT_EQ(meet(wrong), "B-SIGMA");
  // sigma for another message, under the name of this one.
  Bytes mixed(honest.begin(), honest.end() - 32);
  append(mixed, ByteView(of_other).last(32));
  EXPECT_EQ(meet(mixed), "B-SIGMA");
  EXPECT_EQ(meet(of_other), "B-CONF");
  for (const std::size_t at : {0U, 16U, 48U}) {  // id, digest, tr
    Bytes renamed = honest;
    renamed[at] ^= 1;
    EXPECT_EQ(meet(renamed), "B-CONF") << at;
  }
  Bytes high = honest;
  std::fill(high.end() - 32, high.end(), std::uint8_t{0xff});
  EXPECT_EQ(meet(high), "B-DEC");
  EXPECT_EQ(meet({honest.begin(), honest.end() - 1}), "B-DEC");
  Bytes longer = honest;
  longer.push_back(0);
  EXPECT_EQ(meet(longer), "B-DEC");
}

TEST_F(Presignatures, a_signature_needs_all_signers) {
  auto one = signer(0, digest_of(9));
  EXPECT_EQ(one->signature().error().code, "E_ORDER");
  const Bytes own = *one->round5();
  EXPECT_EQ(one->signature().error().code, "E_ORDER");
  EXPECT_THROW((void)one->receive_round5({{1, own}}), std::invalid_argument);
}

TEST_F(Presignatures, are_refused_when_damaged) {
  EXPECT_EQ(refusal(sealed_[0]), "");
  EXPECT_EQ(refusal(sealed_[0], generation + 1), "E_SEAL_KEY");
  for (std::size_t kept = 0; kept < sealed_[0].size(); ++kept) {
    EXPECT_EQ(refusal(ByteView(sealed_[0]).first(kept)), "E_SEAL_FORMAT") << kept;
  }
  Bytes longer = sealed_[0];
  longer.push_back(0);
  EXPECT_EQ(refusal(longer), "E_SEAL_FORMAT");
  for (std::size_t at = 0; at < sealed_[0].size(); ++at) {
    Bytes damaged = sealed_[0];
    damaged[at] ^= 1;
    EXPECT_NE(refusal(damaged), "") << at;
  }
  const auto other = Presignature::open(sealed_[0], StoreKey::generate(system_rng()), generation);
  EXPECT_EQ(other.error().code, "E_SEAL_KEY");
}

TEST_F(Presignatures, public_values_serve_a_combiner_elsewhere_once_they_are_no_secret) {
  const Bytes32 digest = digest_of(9);
  auto one = signer(0, digest), two = signer(1, digest);
  EXPECT_EQ(one->public_values().error().code, "E_ORDER");
  const Messages r4{{1, *one->round5()}, {2, *two->round5()}};
  const Bytes values = *one->public_values();
  auto decoded = PublicPresignature::decode(values);
  ASSERT_TRUE(decoded);
  const auto combiner = Combiner::create(std::move(*decoded), digest);
  ASSERT_TRUE(combiner);
  EXPECT_EQ(combiner->ssid(), one->combiner().ssid());
  PartialSignatures partials;
  EXPECT_TRUE(combiner->receive(r4, 0, partials).empty());
  EXPECT_TRUE(combiner->check(partials, 0).empty());
  const auto signature = combiner->combine(partials);
  ASSERT_TRUE(signature);
  EXPECT_TRUE(curve::verify_ecdsa_var(shares_[0]->record.public_key, digest, signature->r, signature->s));
  partials.at(2).sigma = curve::add(partials.at(2).sigma, Scalar::of(1));
  const Failures failures = combiner->check(partials, 0);
  ASSERT_EQ(failures.size(), 1U);
  EXPECT_EQ(failures[0].party, 2);

  for (std::size_t kept = 0; kept < values.size(); ++kept) {
    EXPECT_FALSE(PublicPresignature::decode(ByteView(values).first(kept))) << kept;
  }
  Bytes longer = values;
  longer.push_back(0);
  EXPECT_EQ(PublicPresignature::decode(longer).error().detail, "message: trailing bytes");
  Bytes swapped(values.begin(), values.end() - 33);  // S~_2 is D~_2
  append(swapped, ByteView(values).last(66).first(33));
  EXPECT_EQ(PublicPresignature::decode(swapped).error().code, "E_RECORD");
}

TEST_F(Presignatures, are_no_other_kind_or_version_of_sealed_file) {
  Bytes newer = sealed_[0];
  newer[9] = 2;
  EXPECT_EQ(refusal(newer), "E_SEAL_VERSION");
  Bytes share = sealed_[0];
  share[11] = seal_kind::key_share;
  EXPECT_EQ(refusal(share), "E_SEAL_KIND");
  EXPECT_EQ(KeyShare::open(sealed_[0], passphrase).error().code, "E_SEAL_KIND");
  EXPECT_EQ(check_passphrase(sealed_[0], passphrase)->code, "E_SEAL_KIND");
}

TEST_F(Presignatures, are_refused_with_content_of_another_length) {
  Writer header;
  open(0).label.encode(header);
  const Bytes label = header.take();
  for (const std::size_t length : {0U, 64U, 228U, 230U, 1000U}) {
    const WipedBytes content(length);
    EXPECT_EQ(refusal(seal_under_key(label, content, key_->bytes(), seal_kind::presignature, generation, system_rng())),
              "E_RECORD")
        << length;
  }
}

TEST_F(Presignatures, a_certificate_that_is_too_long_is_refused_before_memory_is_taken) {
  Writer header;
  open(0).label.encode(header);
  Bytes label = header.take();
  const std::size_t length_at = label.size() - 3 - 4;
  for (const int top : {0x00, 0x7f, 0xff}) {
    label[length_at] = static_cast<std::uint8_t>(top);
    label[length_at + 1] = 0xff;
    EXPECT_EQ(PresignatureLabel::decode(label).error().detail, "label.certificate: truncated");
  }
}

TEST_F(Presignatures, are_refused_when_they_contradict_themselves) {
  for (const bool of_nonce : {true, false}) {
    Presignature wrong = open(0);
    Secret<Scalar>& share = of_nonce ? wrong.k : wrong.chi;
    share = Secret(curve::add(share.expose(), Scalar::of(1)));
    EXPECT_EQ(refusal(wrong.seal(*key_, generation, system_rng())), "E_RECORD");
  }
  Presignature other_sum = open(0);
  other_sum.cap_delta.at(2) = Point::generator();
  EXPECT_EQ(refusal(other_sum.seal(*key_, generation, system_rng())), "E_RECORD");
  Presignature other_key = open(0);
  other_key.label.child_key = Point::generator();
  EXPECT_EQ(refusal(other_key.seal(*key_, generation, system_rng())), "E_RECORD");
}

TEST_F(Presignatures, serve_the_share_that_they_were_made_with_alone) {
  const auto refused = [&](auto change) {
    PresignatureLabel label = open(0).label;
    change(label);
    const Refusal refusal = label.check_share(*shares_[0]);
    return refusal ? refusal->code + " " + refusal->detail : std::string();
  };
  const auto of = [](const char* what) { return std::string("E_CONTEXT presignature of another ") + what; };
  EXPECT_EQ(refused([](auto&) {}), "");
  EXPECT_EQ(refused([](auto& label) { label.key_id = "other"; }), of("key"));
  EXPECT_EQ(refused([](auto& label) { label.profile = &proofs::s128; }), of("profile"));
  EXPECT_EQ(refused([](auto& label) { ++label.epoch; }), of("epoch"));
  EXPECT_EQ(refused([](auto& label) { label.aux_digest[0] ^= 1; }), of("auxiliary record"));
  EXPECT_EQ(refused([](auto& label) { label.index = 2; }), of("party"));
  EXPECT_EQ(refused([](auto& label) { label.path = {0}; }), of("path"));
  EXPECT_EQ(refused([](auto& label) { label.child_key = Point::generator(); }), of("public key"));
  EXPECT_EQ(refused([](auto& label) { label.signers = {1, 3}; }), of("set of signers"));
  const auto foreign = PresignedSigner::create(*shares_[1], open(0), Bytes32{});
  EXPECT_EQ(foreign.error().code, "E_CONTEXT");
}

TEST_F(Presignatures, labels_are_decoded_strictly) {
  const auto refused = [&](auto change) {
    PresignatureLabel label = open(0).label;
    change(label);
    Writer out;
    label.encode(out);
    const auto read = PresignatureLabel::decode(out.take());
    return read ? std::string() : read.error().detail;
  };
  EXPECT_EQ(refused([](auto& label) { label.path = {1, 2}; }), "");
  EXPECT_EQ(refused([](auto& label) { label.key_id = "\x1b[2J"; }), "label.key_id: not 1 to 64 printable characters");
  const std::string signers = "label.signers: not ascending, or without their owner";
  EXPECT_EQ(refused([](auto& label) { label.signers = {2, 1}; }), signers);
  EXPECT_EQ(refused([](auto& label) { label.signers = {1, 1}; }), signers);
  EXPECT_EQ(refused([](auto& label) { label.signers = {1}; }), signers);
  EXPECT_EQ(refused([](auto& label) { label.signers = {0, 1}; }), signers);
  EXPECT_EQ(refused([](auto& label) { label.signers = {1, 17}; }), signers);
  EXPECT_EQ(refused([](auto& label) { label.signers = {2, 3}; }), signers);
  EXPECT_EQ(PresignatureLabel::decode({}).error().detail, "label.id: truncated");
}

TEST_F(Presignatures, store_keys_are_sealed_under_a_passphrase) {
  const Bytes file = key_->seal(passphrase, system_rng());
  const auto opened = StoreKey::open(file, passphrase);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->bytes(), key_->bytes());
  EXPECT_TRUE(Presignature::open(sealed_[0], *opened, generation));
  EXPECT_EQ(StoreKey::open(file, as_bytes("other")).error().code, "E_SEAL_PASSPHRASE");
  const Bytes check = seal_passphrase_check(passphrase, system_rng());
  EXPECT_EQ(StoreKey::open(check, passphrase).error().code, "E_SEAL_KIND");
  EXPECT_EQ(StoreKey::open(sealed_[0], passphrase).error().code, "E_SEAL_KIND");
  EXPECT_EQ(KeyShare::open(file, passphrase).error().code, "E_SEAL_KIND");
  EXPECT_EQ(PresignatureLabel::read(file).error().code, "E_SEAL_KIND");
  const Bytes shorter = seal({}, WipedBytes(31), passphrase, seal_kind::store_key, system_rng());
  EXPECT_EQ(StoreKey::open(shorter, passphrase).error().code, "E_RECORD");
}

TEST_F(Presignatures, store_keys_tell_descriptions_apart) {
  const Bytes32 tag = key_->authenticate(as_bytes("one"));
  EXPECT_EQ(tag, key_->authenticate(as_bytes("one")));
  EXPECT_NE(tag, key_->authenticate(as_bytes("two")));
  EXPECT_NE(tag, StoreKey::generate(system_rng()).authenticate(as_bytes("one")));
}

}  // namespace
}  // namespace mpc::protocol
