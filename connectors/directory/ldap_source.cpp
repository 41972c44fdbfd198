#include "connectors/directory/ldap_source.h"

#include <utility>

#include "connectors/directory/failover.h"
#include "connectors/directory/followed_reading.h"
#include "connectors/directory/person_reading.h"
#include "connectors/directory/whole_reading.h"

namespace tally::directory {
namespace {

class LdapSource final : public connectors::Source {
 public:
  explicit LdapSource(LdapOptions options) : options_(std::move(options)) {}
  [[nodiscard]] const std::string& name() const override { return options_.profile.name; }
  [[nodiscard]] model::SourceKind kind() const override { return model::SourceKind::directory; }

  [[nodiscard]] model::Harvest collect(const connectors::Collection& collection) override {
    return read_from_any(options_, collection,
                         [](const LdapOptions& o, const connectors::Collection& c) -> std::unique_ptr<Reading> {
                           if (o.replica.empty()) return std::make_unique<WholeReading>(o, c);
                           return std::make_unique<FollowedReading>(o, c);
                         });
  }

  [[nodiscard]] model::Harvest look_up(const connectors::Collection& collection,
                                       const model::PersonKeys& keys) override {
    return look_up_person(options_, collection, keys);
  }

 private:
  LdapOptions options_;
};

}  // namespace

std::unique_ptr<connectors::Source> make_ldap_source(LdapOptions options) {
  // What it could refuse, collect() says again, as coverage.
  static_cast<void>(prepare_process(options));
  return std::make_unique<LdapSource>(std::move(options));
}

}  // namespace tally::directory
