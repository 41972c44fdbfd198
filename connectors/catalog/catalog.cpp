#include "connectors/catalog/catalog.h"

#include <utility>

#include "connectors/bloodhound/bloodhound_source.h"
#include "connectors/directory/ldap_source.h"
#include "connectors/directory/ldif_source.h"
#include "connectors/hr/csv_source.h"

namespace tally::catalog {

std::unique_ptr<connectors::Source> make_source(hr::CsvOptions options) {
  return hr::make_csv_source(std::move(options));
}

std::unique_ptr<connectors::Source> make_source(directory::LdapOptions options) {
  return directory::make_ldap_source(std::move(options));
}

std::unique_ptr<connectors::Source> make_source(directory::LdifOptions options) {
  return directory::make_ldif_source(std::move(options));
}

std::unique_ptr<connectors::Source> make_source(bloodhound::Options options) {
  return bloodhound::make_bloodhound_source(std::move(options));
}

}  // namespace tally::catalog
