#include "modexp/task.h"

namespace mpc::modexp {

void Batch::run_pending() {
  // Resumed tasks may suspend again; those wait for the next run.
  const std::vector<Evaluation*> waiting = std::exchange(pending_, {});
  std::vector<Product> products;
  for (Evaluation* evaluation : waiting) {
    for (Product& product : evaluation->products) products.push_back(std::move(product));
  }
  std::vector<Secret<Nat>> residues = modexp::run(products);
  std::size_t next = 0;
  for (Evaluation* evaluation : waiting) {
    const std::size_t count = evaluation->products.size();
    evaluation->residues.reserve(count);
    for (std::size_t i = 0; i < count; ++i) evaluation->residues.push_back(std::move(residues[next++]));
  }
  for (Evaluation* evaluation : waiting) evaluation->waiting.resume();
}

}  // namespace mpc::modexp
