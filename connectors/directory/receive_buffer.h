// ReceiveBuffer: what a connection receives, taken from the system in big pieces, and counted. libldap by itself asks
// three times for each entry: is there something, how long is it, the rest.
//
//   std::uint64_t received = 0;
//   add_receive_buffer(sockbuf, received);
//
// A layer of liblber's Sockbuf, below TLS: it sees what the network brings. The Sockbuf owns it.
#pragma once

#include <cstddef>
#include <cstdint>

struct sockbuf;  // liblber's Sockbuf

namespace tally::directory {

/// Memory of one connection; some fifty entries.
inline constexpr std::size_t kReceiveBytes = 64U << 10U;

/// `received` grows by each piece and must outlive the connection. False when liblber refuses.
bool add_receive_buffer(sockbuf* socket, std::uint64_t& received);

}  // namespace tally::directory
