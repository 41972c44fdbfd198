#include "connectors/directory/receive_buffer.h"

#include <lber.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace tally::directory {
namespace {

struct Buffer {
  explicit Buffer(std::uint64_t& count) : received(count) {}
  std::uint64_t& received;
  std::size_t begin = 0, end = 0;  ///< of what was received and not yet taken
  std::array<char, kReceiveBytes> bytes;
};

Buffer& buffer_of(Sockbuf_IO_Desc* layer) { return *static_cast<Buffer*>(layer->sbiod_pvt); }

int set_up(Sockbuf_IO_Desc* layer, void* count) {
  layer->sbiod_pvt = new Buffer(*static_cast<std::uint64_t*>(count));
  return 0;
}

int remove(Sockbuf_IO_Desc* layer) {
  delete &buffer_of(layer);
  layer->sbiod_pvt = nullptr;
  return 0;
}

int control(Sockbuf_IO_Desc* layer, int option, void* argument) {
  const Buffer& buffer = buffer_of(layer);
  // Who waits for the socket would wait for ever for what is here already.
  if (option == LBER_SB_OPT_DATA_READY && buffer.begin < buffer.end) return 1;
  return LBER_SBIOD_CTRL_NEXT(layer, option, argument);
}

ber_slen_t read(Sockbuf_IO_Desc* layer, void* into, ber_len_t room) {
  Buffer& buffer = buffer_of(layer);
  if (buffer.begin == buffer.end) {
    const bool direct = room >= buffer.bytes.size();
    const ber_slen_t got = direct ? LBER_SBIOD_READ_NEXT(layer, into, room)
                                  : LBER_SBIOD_READ_NEXT(layer, buffer.bytes.data(), buffer.bytes.size());
    if (got > 0) buffer.received += static_cast<std::uint64_t>(got);
    if (direct || got <= 0) return got;
    buffer.begin = 0;
    buffer.end = static_cast<std::size_t>(got);
  }
  const std::size_t taken = std::min<std::size_t>(room, buffer.end - buffer.begin);
  std::memcpy(into, buffer.bytes.data() + buffer.begin, taken);
  buffer.begin += taken;
  return static_cast<ber_slen_t>(taken);
}

ber_slen_t write(Sockbuf_IO_Desc* layer, void* from, ber_len_t size) {
  return LBER_SBIOD_WRITE_NEXT(layer, from, size);
}

int close(Sockbuf_IO_Desc*) { return 0; }

/// liblber does not change it; its type predates const.
Sockbuf_IO kLayer = {set_up, remove, control, read, write, close};

}  // namespace

bool add_receive_buffer(sockbuf* socket, std::uint64_t& received) {
  return ber_sockbuf_add_io(socket, &kLayer, LBER_SBIOD_LEVEL_PROVIDER, &received) >= 0;
}

}  // namespace tally::directory
