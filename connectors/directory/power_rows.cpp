#include "connectors/directory/power_rows.h"

namespace tally::directory {

void add_power(model::Harvest& harvest, const Power& power) {
  const std::string object(power.object), holder(power.everybody ? "*" : power.holder);  // views of the pool die in it
  model::Controls& c = harvest.controls;
  c.source.emplace_back(0);
  c.kind.push_back(power.kind);
  c.account.push_back(power.account);
  c.group.push_back(power.group);
  c.object.push_back(harvest.text.intern(object));
  c.holder.push_back(harvest.text.intern(holder));
  c.holder_name.push_back(harvest.text.intern(power.holder_name));
  c.everybody.push_back(power.everybody ? 1 : 0);
  c.rights.push_back(power.rights);
  c.unless_in.push_back(harvest.text.intern(power.unless));
  c.rule.push_back(harvest.text.intern(power.rule));
  c.doubt.push_back(harvest.text.intern(power.doubt));
}

void add_number_zero(model::Harvest& harvest) {
  for (std::size_t i = 0; i < harvest.accounts.size(); ++i) {
    if (harvest.accounts.uid_number[i] != 0) continue;
    add_power(harvest, {.kind = model::ControlledKind::hosts,
                        .object = "every Unix host",
                        .holder = harvest.text.view(harvest.accounts.dn[i]),
                        .rights = model::kHasNumberZero,
                        .rule = "uidNumber=0"});
  }
}

}  // namespace tally::directory
