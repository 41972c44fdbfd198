#include "daemon/service/mailbox.h"

namespace tally::service {

using control::Answer;

void Mailbox::progress(std::string line) {
  {
    const std::lock_guard lock(mutex_);
    if (!answers_.empty() && answers_.back().kind == Answer::Kind::progress) {
      answers_.back().text = std::move(line);
      return;
    }
    answers_.push_back({Answer::Kind::progress, std::move(line), 0});
  }
  filled_.notify_one();
}

void Mailbox::note(std::string line) { put({Answer::Kind::note, std::move(line), 0}); }
void Mailbox::err(std::string line) { put({Answer::Kind::err, std::move(line), 0}); }

void Mailbox::out(std::string_view text) {
  for (const std::string_view piece : control::pieces(text)) put({Answer::Kind::out, std::string(piece), 0});
}

void Mailbox::end(int code) { put({Answer::Kind::end, {}, code}); }

void Mailbox::put(Answer answer) {
  {
    const std::lock_guard lock(mutex_);
    answers_.push_back(std::move(answer));
  }
  filled_.notify_one();
}

std::optional<Answer> Mailbox::take(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  if (!filled_.wait_for(lock, patience, [this] { return !answers_.empty(); })) return std::nullopt;
  Answer first = std::move(answers_.front());
  answers_.pop_front();
  return first;
}

}  // namespace tally::service
