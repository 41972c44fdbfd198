// SignIns: when accounts last signed in, where a directory writes that as a time on the entry.
//
//   SignIns sign_ins({"pwdLastSuccess", "authTimestamp"}, options.sign_ins_recorded_since, collected_at);
//   sign_ins.read(fields, row);       // for each account
//   sign_ins.finish(builder);         // once: what it means that an account shows none
//
// The latest of the attributes counts, exactly. One that servers do not replicate (krbLastSuccessfulAuth: FreeIPA keeps
// it out of replication) says no more than "then or later". None on this account: with `recorded_since` never when the
// account was created later, else some time before that moment (if ever); without it, or where another server may have
// seen one, unknown. When no account shows one: unknown for all.
// Not for Active Directory, whose attributes lag (active_directory.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "connectors/directory/fields.h"

namespace tally::directory {

class SignIns {
 public:
  SignIns(std::vector<std::string> attributes, std::optional<base::Instant> recorded_since, base::Instant collected_at)
      : attributes_(std::move(attributes)), recorded_since_(recorded_since), collected_at_(collected_at) {}

  [[nodiscard]] const std::vector<std::string>& attributes() const { return attributes_; }
  void read(Fields& fields, std::uint32_t row);
  void finish(TableBuilder& builder) const;

 private:
  [[nodiscard]] model::TimeFact absent(const model::TimeFact& created, base::TextPool& text) const;

  std::vector<std::string> attributes_;
  std::optional<base::Instant> recorded_since_;
  base::Instant collected_at_;
  std::vector<std::uint32_t> none_;            ///< rows
  std::vector<std::uint32_t> none_elsewhere_;  ///< rows of which another server may know one
  bool shown_ = false;
};

}  // namespace tally::directory
