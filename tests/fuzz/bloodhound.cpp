// A hostile collection. The first byte chooses settings, the second how the bytes arrive; the rest is a .zip or one
// .json file, with the base of the unit tests' collection.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <set>
#include <string>

#include "connectors/bloodhound/bloodhound_source.h"
#include "connectors/bloodhound/object_reader.h"
#include "connectors/directory/dn.h"
#include "tests/fuzz/harvest_check.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/memory_file.h"

namespace tally::bloodhound {
namespace {

class Pieces final : public ByteSource {
 public:
  Pieces(std::string_view text, std::size_t piece) : text_(text), piece_(piece) {}
  base::Result<std::size_t> read(char* to, std::size_t size) override {
    const std::size_t n = std::min({size, piece_, text_.size()});
    std::memcpy(to, text_.data(), n);
    text_.remove_prefix(n);
    return n;
  }

 private:
  std::string_view text_;
  std::size_t piece_;
};

/// All that the reader tells of a text, as one text.
std::string told(std::string_view text, std::size_t piece) {
  std::string out;
  std::uint64_t number = 0;
  Pieces bytes(text, piece);
  const auto read = read_objects(bytes, [&](Object& object) {
    TALLY_ASSERT(object.number == ++number && object.line >= 1);
    out += fmt::format("{} {} {} {} {} {}\n", object.id, object.line, object.properties.size(), object.members.size(),
                       object.aces.size(), object.troubles.size());
  });
  if (!read) return out + read.error().message;
  TALLY_ASSERT(read->objects == number);
  return out + (read->meta ? read->meta->type : "no meta");
}

/// Every entry is in the tables once and lies inside the base.
void check_entries(const model::Harvest& harvest, const Options& options) {
  const directory::DnScope scope(options.profile.bases);
  std::set<std::string> names;
  const auto check = [&](base::TextId dn) {
    TALLY_ASSERT(scope.contains(harvest.text.view(dn)));
    TALLY_ASSERT(names.insert(directory::normal_dn(harvest.text.view(dn))).second);
  };
  for (const base::TextId dn : harvest.accounts.dn) check(dn);
  for (const base::TextId dn : harvest.groups.dn) check(dn);
}

}  // namespace
}  // namespace tally::bloodhound

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tally;
  static const fuzz::MemoryFile file;
  static const base::Instant now = *base::parse_instant("2026-11-02T08:00:00Z");
  fuzz::Input input(data, size);
  const std::uint8_t choice = input.byte();
  const std::size_t piece = 1 + input.byte() % 32U;
  bloodhound::Options options;
  options.path = file.path();
  options.max_bytes = 64U << 20U;
  options.profile.name = "fuzz";
  options.profile.dialect = directory::Dialect::active_directory;
  options.profile.bases = {"DC=corp,DC=example"};
  if ((choice & 1U) != 0) options.employee_number_digits = 6;
  if ((choice & 2U) != 0) options.profile.access_control_lists = false;
  if ((choice & 4U) != 0) options.profile.disabled_when = {"description=*"};
  if ((choice & 8U) != 0) options.exported_at = *base::parse_instant("2026-11-01T06:00:00Z");
  const std::string_view text = input.rest();
  TALLY_ASSERT(bloodhound::told(text, text.size() + 1) == bloodhound::told(text, piece));

  file.write(text);
  const model::Harvest harvest = make_bloodhound_source(options)->collect({[] { return now; }, {}});
  fuzz::HarvestCheck(harvest, UINT64_MAX).run();
  // One file is never a whole collection.
  if (!text.starts_with("PK")) TALLY_ASSERT(harvest.source.coverage.state != model::CoverageState::complete);
  bloodhound::check_entries(harvest, options);
  return 0;
}
