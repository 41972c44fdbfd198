// Where the files of a log stand below its root. log/ is public, state/ is private.
//
//   read_file(Layout(root).last_signed());
#pragma once

#include <string>
#include <utility>

namespace tally::recorder {

class Layout {
 public:
  explicit Layout(std::string root) : root_(std::move(root)) {}
  [[nodiscard]] const std::string& root() const { return root_; }
  /// C2SP tlog-tiles: what verifiers read.
  [[nodiscard]] std::string log() const { return root_ + "/log"; }
  [[nodiscard]] std::string checkpoint() const { return log() + "/checkpoint"; }

  [[nodiscard]] std::string state() const { return root_ + "/state"; }
  [[nodiscard]] std::string lock() const { return state() + "/lock"; }
  [[nodiscard]] std::string wal() const { return state() + "/wal"; }
  /// Text of the newest checkpoint that was ever signed: written before the signature leaves.
  [[nodiscard]] std::string last_signed() const { return state() + "/last_signed"; }
  /// The secret of the open epoch (epoch_state.h). Not for backups.
  [[nodiscard]] std::string epoch_state() const { return state() + "/epoch"; }
  [[nodiscard]] std::string personal() const { return state() + "/personal.db"; }
  [[nodiscard]] std::string personal_key() const { return state() + "/personal.key"; }
  [[nodiscard]] std::string staging() const { return state() + "/staging"; }

 private:
  std::string root_;
};

}  // namespace tally::recorder
