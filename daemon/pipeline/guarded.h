// Guarded: a value that threads share, joined with the lock that protects it: nobody reaches one without the other.
//
//   Guarded<std::deque<Job>> jobs;
//   jobs.lock()->push_back(job);                       // held to the end of the statement
//   auto held = jobs.lock(); held->clear(); held->…    // held as long as the variable lives
//
// Not a queue, and nothing that waits for a condition. Keep the lock for moments: never while reading a directory.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace tally::pipeline {

template <class T>
class Guarded {
 public:
  /// The value, as long as this lives.
  class Access {
   public:
    T* operator->() const { return value_; }
    T& operator*() const { return *value_; }

   private:
    friend class Guarded;
    Access(std::unique_lock<std::mutex> lock, T* value) : lock_(std::move(lock)), value_(value) {}
    std::unique_lock<std::mutex> lock_;
    T* value_;
  };

  Guarded() = default;
  explicit Guarded(T value) : value_(std::move(value)) {}
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;

  [[nodiscard]] Access lock() { return Access(std::unique_lock(mutex_), &value_); }

  /// Nothing when somebody else holds it all that time.
  [[nodiscard]] std::optional<Access> lock_within(std::chrono::milliseconds patience) {
    // Tried again and again rather than a timed mutex: only whoever is about to exit asks this way.
    const auto until = std::chrono::steady_clock::now() + patience;
    for (;;) {
      std::unique_lock<std::mutex> lock(mutex_, std::try_to_lock);
      if (lock.owns_lock()) return Access(std::move(lock), &value_);
      if (std::chrono::steady_clock::now() >= until) return std::nullopt;
      std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
  }

 private:
  std::mutex mutex_;
  T value_;
};

}  // namespace tally::pipeline
