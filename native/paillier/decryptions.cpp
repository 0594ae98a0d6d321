#include "paillier/decryptions.h"

namespace mpc::paillier {

const Decryptions::Entry* Decryptions::find(const Nat& ciphertext) const {
  for (const Entry& entry : entries_) {
    if (equal_var(entry.ciphertext, ciphertext)) return &entry;
  }
  return nullptr;
}

void Decryptions::know(const Nat& ciphertext, const Secret<Int>& plaintext) {
  if (find(ciphertext) == nullptr) entries_.push_back({ciphertext, plaintext.clone(), true});
}

void Decryptions::want(const Nat& ciphertext) {
  if (find(ciphertext) == nullptr) entries_.push_back({ciphertext, Secret<Int>(), false});
}

std::vector<Product> Decryptions::jobs() const {
  std::vector<Product> jobs;
  for (const Entry& entry : entries_) {
    if (entry.known) continue;
    for (Product& job : key_.decryption(entry.ciphertext)) jobs.push_back(std::move(job));
  }
  return jobs;
}

void Decryptions::finish(std::vector<Secret<Nat>>::const_iterator& residue) {
  for (Entry& entry : entries_) {
    if (entry.known) continue;
    const Secret<Nat>& at_p = *residue++;
    const Secret<Nat>& at_q = *residue++;
    entry.plaintext = key_.plaintext(at_p, at_q);
    entry.known = true;
  }
}

const Secret<Int>& Decryptions::plaintext(const Nat& ciphertext) const {
  const Entry* entry = find(ciphertext);
  MPC_ASSERT(entry != nullptr && entry->known);
  return entry->plaintext;
}

}  // namespace mpc::paillier
