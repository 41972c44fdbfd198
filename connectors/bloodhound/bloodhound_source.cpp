#include "connectors/bloodhound/bloodhound_source.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "connectors/age.h"
#include "connectors/bloodhound/collection_files.h"
#include "connectors/bloodhound/control_edges.h"
#include "connectors/bloodhound/control_places.h"
#include "connectors/bloodhound/entry_maker.h"
#include "connectors/bloodhound/member_ids.h"
#include "connectors/bloodhound/survey.h"
#include "connectors/directory/dn.h"
#include "connectors/directory/probe.h"
#include "connectors/directory/profile.h"
#include "connectors/directory/sid.h"
#include "policy/base/utf8.h"

namespace tally::bloodhound {
namespace {

using directory::Seen;
using model::ControlledKind;
using model::CoverageState;
using model::Gap;

constexpr std::uint64_t kProgressEvery = 10'000;
/// One collection from its files.
class FilesReading {
 public:
  FilesReading(const Options& options, const connectors::Collection& collection)
      : options_(options),
        collection_(collection),
        scope_(options.profile.bases),
        builder_(options.profile, harvest_),
        maker_(options),
        places_(harvest_) {}

  model::Harvest run() {
    describe();
    if (prepare() && open() && survey_all()) read_all();
    harvest_.source.finished = collection_.now();
    return std::move(harvest_);
  }

 private:
  using File = SurveyedFile;

  model::Coverage& coverage() { return harvest_.source.coverage; }
  void note(std::string text) { harvest_.source.notes.push_back(std::move(text)); }
  bool fail(Gap::Kind kind, std::string sentence) {
    coverage().lower(CoverageState::failed, kind, std::move(sentence));
    return false;
  }
  void miss(Gap::Kind kind, std::string sentence) {
    coverage().lower(CoverageState::partial, kind, std::move(sentence));
  }
  [[nodiscard]] std::string name_of(const File& file) const { return base::displayable(files_->name(file.index)); }

  void describe() {
    model::SourceRecord& source = harvest_.source;
    source.name = options_.profile.name;
    source.kind = model::SourceKind::directory;
    source.connector = fmt::format("bloodhound/{}", to_string(options_.profile.dialect));
    source.location = options_.path;
    source.started = collection_.now();
    source.coverage.state = CoverageState::complete;
    as_of_ = source.started;
    if (!options_.exported_at) return;
    note("exported at: " + base::format_instant(*options_.exported_at));
    as_of_ = std::min(as_of_, *options_.exported_at);
  }

  bool prepare() {
    auto profile = directory::Profile::create(options_.profile, as_of_);
    if (!profile) return fail(Gap::Kind::rejected, profile.error().message);
    profile_ = std::move(*profile);
    harvest_.source.query =
        fmt::format("bases {}; files {}", fmt::join(options_.profile.bases, " and "), fmt::join(kTypesRead, " "));
    return true;
  }

  bool open() {
    auto files = CollectionFiles::open(options_.path, options_.max_bytes);
    if (!files) return fail(gap_kind(files.error()), "the collection cannot be read: " + files.error().message);
    files_ = std::move(*files);
    if (!files_->ignored().empty()) note(fmt::format("files that are no .json, ignored: {}", files_->ignored().size()));
    note("oldest file modified: " + base::format_instant(files_->modified()));
    harvest_.source.produced = options_.exported_at.value_or(files_->modified());
    connectors::judge_age(harvest_.source, collection_.as_of.value_or(harvest_.source.started), options_.max_age);
    return true;
  }

  /// The first pass.
  bool survey_all() {
    auto found = survey(*files_, collection_.until, harvest_.source);
    if (!found) return false;
    found_ = std::move(*found);
    return true;
  }

  /// The second pass.
  void read_all() {
    for (const std::string_view type : kTypesRead) {
      for (const File& file : found_) {
        if (file.meta.type == type && !read(file)) return;
      }
    }
    const auto content = files_->content();
    if (!content) {
      fail(gap_kind(content.error()), content.error().message);
      return;
    }
    harvest_.source.bytes = content->bytes;
    harvest_.source.content = content->digest;
    if (const std::string changed = files_->changed(); !changed.empty()) miss(Gap::Kind::count_mismatch, changed);
    conclude();
  }

  bool read(const File& file) {
    const auto read = read_file(*files_, file.index, collection_.until, [&](Object& object) { take(file, object); });
    if (!read)
      return fail(gap_kind(read.error()),
                  fmt::format("{} could not be read again: {}", name_of(file), read.error().message));
    if (read->objects != file.objects)
      miss(Gap::Kind::count_mismatch, name_of(file) + " was written to while it was read");
    return true;
  }

  void take(const File& file, const Object& object) {
    ++coverage().records_read;
    if (collection_.progress && coverage().records_read % kProgressEvery == 0)
      collection_.progress(coverage().records_read);
    const std::size_t kept = coverage().rejects.size();
    if (!object.troubles.empty()) {
      coverage().reject(
          {object.line, "", "", fmt::format("{}: the object is left out", object.troubles.front()), true});
    } else if (object.deleted) {
      ++deleted_;
    } else {
      decode(file, object);
    }
    for (std::size_t i = kept; i < coverage().rejects.size(); ++i)
      coverage().rejects[i].reason += fmt::format(" ({}, object {})", name_of(file), object.number);
  }

  void decode(const File& file, const Object& object) {
    const std::string& type = file.meta.type;
    const Property* dn = object.find("distinguishedname");
    if (type == "groups" && dn == nullptr && !directory::unlisted_population(sid_in(object.id)).empty()) {
      ++populations_;  // written by the collector itself for "Everyone" and the like; no entry of the directory
      return;
    }
    if (type == "groups" && dn == nullptr && sid_in(object.id) == "S-1-5-9") {
      ++populations_;
      return;
    }
    if (type == "gpos" || type == "ous" || type == "containers") return above(object, type);
    if (dn != nullptr && !scope_.contains(dn->text) && !directory::normal_dn(dn->text).empty()) {
      ++outside_;
      return;
    }
    if (type == "domains") return domain(object);
    if (type == "groups") return group(file, object);
    account(object, type == "computers");
  }

  void domain(const Object& object) {
    const directory::Entry& entry = maker_.entry_of(object, ObjectClass::domain);
    profile_->decode(entry, builder_);
    if (entry.dn().empty() || sid_in(object.id).empty()) {
      builder_.reject(entry, "ObjectIdentifier", object.id, "a domain needs a name and a SID; it is left out", true);
      return;
    }
    domains_.push_back({std::string(sid_in(object.id)), std::string(entry.dn())});
    if (const Property* heuristics = object.find("dsheuristics"); heuristics != nullptr)
      harvest_.source.ds_heuristics = heuristics->text;
    domain_controls_ = domain_controls_ || !object.aces.empty();
    control({ControlledKind::domain, {}, {}}, entry.dn(), object);
    places_.head(object, entry.dn());
  }

  /// What holds entries, or applies to them, wherever the bases are.
  void above(const Object& object, const std::string& type) {
    const Property* dn = object.find("distinguishedname");
    if (dn == nullptr || directory::normal_dn(dn->text).empty()) return;  // missed, it is told by whoever needs it
    const bool in_scope = scope_.contains(dn->text);
    outside_ += in_scope ? 0 : 1;
    if (in_scope) builder_.add_other(dn->text);
    if (!options_.profile.access_control_lists) return;
    if (type == "gpos") return places_.policy(object, dn->text);
    places_.place(object, dn->text, type == "ous");
    if (in_scope && directory::is_admin_sd_holder(dn->text))
      control({ControlledKind::admin_sd_holder, {}, {}}, dn->text, object);
  }

  void group(const File& file, const Object& object) {
    const auto row = static_cast<std::uint32_t>(builder_.groups().size());
    const directory::Entry& entry = maker_.entry_of(object, ObjectClass::group);
    if (refused(profile_->decode(entry, builder_), Seen::group, entry, object, {directory::NodeKind::group, row}))
      return;
    EntryMaker::correct_group(object, builder_, row);
    const model::GroupId id(row);
    for (const std::string& member : object.members) members_.member(id, member);
    if (!object.members_told || (file.meta.methods != 0 && (file.meta.methods & kGroup) == 0))
      builder_.mark_members_unknown(id, "its members were not collected");
    control({ControlledKind::group, {}, id}, entry.dn(), object);
  }

  void account(const Object& object, bool computer) {
    const auto row = static_cast<std::uint32_t>(builder_.accounts().size());
    const directory::Entry& entry = maker_.entry_of(object, computer ? ObjectClass::computer : ObjectClass::user);
    const Seen seen = profile_->decode(entry, builder_);
    if (refused(seen, Seen::account, entry, object, {directory::NodeKind::account, row})) return;
    maker_.correct_account(object, builder_, row, computer);
    control({ControlledKind::account, model::AccountId(row), {}}, entry.dn(), object);
  }

  /// True when no row of that kind was made of it. A second object of one identifier is told of, whatever its name.
  bool refused(Seen seen, Seen wanted, const directory::Entry& entry, const Object& object, directory::Node node) {
    if (seen != wanted) return true;
    if (sid_in(object.id).empty()) {
      builder_.reject(entry, "ObjectIdentifier", object.id, "expected a SID; who has it as a member is not found",
                      true);
    } else if (!members_.learn(object.id, node)) {
      builder_.reject(entry, "ObjectIdentifier", object.id, "an object of this identifier came before", true);
    }
    return false;
  }

  void control(const directory::Controlled& object, std::string_view dn, const Object& from) {
    if (!options_.profile.access_control_lists || !from.aces_told || from.aces.empty()) return;
    controls_shown_ = true;
    add_control_edges(harvest_, object, dn, from);
    if (object.kind == ControlledKind::account || object.kind == ControlledKind::group) places_.leaf(object, dn, from);
  }

  void conclude() {
    if (coverage().records_read == 0) fail(Gap::Kind::truncated, "the files hold no object");
    check_expected_entries();
    check_population(options_.profile, harvest_);
    profile_->finish(builder_);
    maker_.finish(builder_);
    finish_controls();
    members_.resolve(domains_, builder_);
    tell(builder_.finish());
    profile_->settle(harvest_);
  }

  void check_expected_entries() {
    for (const std::string& base : options_.profile.bases) {
      if (builder_.contains(base)) continue;
      miss(Gap::Kind::hidden, fmt::format("no file holds the domain or container {}: it was not wholly collected",
                                          base::displayable(base)));
    }
    for (const std::string& canary : options_.profile.canaries) {
      if (!builder_.contains(canary)) miss(Gap::Kind::hidden, "a canary entry is not in the files");
    }
  }

  /// The profile found no security descriptor, for there is none in a collection. Nor is every right: it is never
  /// certain that nobody has power.
  void finish_controls() {
    if (!options_.profile.access_control_lists) return;
    places_.link();
    note("access-control-lists-above: " + places_.in_words());
    std::string& why = harvest_.source.controls_unread;
    why = places_.unread();
    if (!controls_shown_)
      why = "access control lists were not collected (method ACL)";
    else if (!domain_controls_)
      why = "the head of the domain shows no access control list";
    else if (why.empty())
      why = "sites and certificate templates are not read from a collection";
  }

  void tell(const directory::Unresolved& left) {
    for (const std::string& line : left.notes) note(line);
    if (deleted_ > 0) note(fmt::format("deleted objects, ignored: {}", deleted_));
    if (populations_ > 0) note(fmt::format("well-known populations that are no entries, ignored: {}", populations_));
    if (outside_ > 0) note(fmt::format("objects outside the bases, ignored: {}", outside_));
    if (members_.without_sid() > 0) note(fmt::format("members without a SID, ignored: {}", members_.without_sid()));
    if (maker_.numbers_cut() > 0) {
      note(fmt::format("employee numbers that came as JSON numbers, not used (employee_number_digits is not set): {}",
                       maker_.numbers_cut()));
    }
    if (left.outside_total > 0) note(fmt::format("members outside the bases, not resolved: {}", left.outside_total));
    if (left.in_bases_total == 0) return;
    miss(Gap::Kind::hidden, fmt::format("{} members of groups lie in a domain that was collected but are in no file",
                                        left.in_bases_total));
  }

  const Options& options_;
  const connectors::Collection& collection_;
  model::Harvest harvest_;
  directory::DnScope scope_;
  std::unique_ptr<directory::Profile> profile_;
  directory::TableBuilder builder_;
  EntryMaker maker_;
  ControlPlaces places_;
  MemberIds members_;
  std::optional<CollectionFiles> files_;
  std::vector<SurveyedFile> found_;
  std::vector<ReadDomain> domains_;
  base::Instant as_of_;
  bool controls_shown_ = false, domain_controls_ = false;
  std::uint64_t deleted_ = 0, outside_ = 0, populations_ = 0;
};

class BloodHoundSource final : public connectors::Source {
 public:
  explicit BloodHoundSource(Options options) : options_(std::move(options)) {}
  [[nodiscard]] const std::string& name() const override { return options_.profile.name; }
  [[nodiscard]] model::SourceKind kind() const override { return model::SourceKind::directory; }
  [[nodiscard]] model::Harvest collect(const connectors::Collection& collection) override {
    return FilesReading(options_, collection).run();
  }

 private:
  Options options_;
};

}  // namespace

std::unique_ptr<connectors::Source> make_bloodhound_source(Options options) {
  return std::make_unique<BloodHoundSource>(std::move(options));
}

}  // namespace tally::bloodhound
