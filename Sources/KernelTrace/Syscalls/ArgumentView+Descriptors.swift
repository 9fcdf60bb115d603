/// Values of the fields that tell sockets and descriptor commands apart.
extension ArgumentView {
  var domain: UInt8 {
    switch word(0) {
    case 1: 1
    case 2: 2
    case 10: 3
    case 16: 4
    case 17: 5
    case 38: 6
    case 40: 7
    case 31: 8
    case 29: 9
    case 44: 10
    default: 0
    }
  }

  /// Without SOCK_NONBLOCK and SOCK_CLOEXEC.
  var socketType: UInt8 {
    switch word(1) & 0xf {
    case 1: 1
    case 2: 2
    case 3: 3
    case 5: 4
    case 10: 5
    default: 0
    }
  }

  var optionLevel: UInt8 {
    switch word(1) {
    case 1: 1
    case 6: 2
    case 17: 3
    case 0: 4
    case 41: 5
    case 270: 6
    case 263: 7
    default: 0
    }
  }

  var controlCommand: UInt8 {
    switch word(1) {
    case 0, 1030: 1
    case 1: 2
    case 2: 3
    case 3: 4
    case 4: 5
    // Process locks, their 64-bit forms, open file description locks.
    case 5, 6, 7, 12, 13, 14, 36, 37, 38: 6
    case 8, 9, 10, 11, 15, 16: 7
    case 1031, 1032: 8
    case 1033, 1034: 9
    case 1024, 1025: 10
    case 1026: 11
    default: 0
    }
  }

  /// EPOLL_CTL_ADD, DEL, MOD.
  var interest: UInt8 {
    switch word(1) {
    case 1: 0
    case 2: 1
    case 3: 2
    default: 3
    }
  }
}

/// What kind of device or property an `ioctl` request is for, as a value of the field `device`.
struct DeviceRequest {
  let code: UInt8

  /// `request` as the kernel encodes it: number in bits 0-7, type in bits 8-15.
  init(_ request: UInt64) {
    let number = UInt8(truncatingIfNeeded: request)
    switch UInt8(truncatingIfNeeded: request &>> 8) {
    case 0x54: code = Self.terminal(number)
    case 0x89: code = Self.network(number)
    case UInt8(ascii: "M"): code = 15
    case UInt8(ascii: "o"): code = 16
    case 0x12: code = 17
    case UInt8(ascii: "L"): code = 18
    case 0xfd: code = 19
    case UInt8(ascii: "W"): code = 20
    case 0x8b: code = 21
    case UInt8(ascii: "U"): code = 22
    case UInt8(ascii: "H"): code = 23
    case UInt8(ascii: "E"): code = 24
    case UInt8(ascii: "V"): code = 25
    case UInt8(ascii: "A"): code = 26
    case 0x07: code = 27
    case UInt8(ascii: "k"): code = 28
    case 0xb4: code = 29
    case UInt8(ascii: "f"), UInt8(ascii: "X"): code = 30
    case UInt8(ascii: "b"): code = 31
    case UInt8(ascii: "$"): code = 32
    case UInt8(ascii: "p"): code = 34
    case UInt8(ascii: "R"): code = 35
    default: code = 0
    }
  }

  private static func terminal(_ number: UInt8) -> UInt8 {
    switch number {
    // TCGETS and TCGETS2, then their setters.
    case 0x01, 0x2a: 1
    case 0x02, 0x03, 0x04, 0x2b, 0x2c, 0x2d: 2
    case 0x13, 0x14: 3
    case 0x0f, 0x10: 4
    case 0x0e, 0x22: 5
    case 0x1b: 7
    case 0x21: 8
    case 0x50, 0x51: 9
    // TUNSETNOCSUM and above.
    case 0xc8...: 33
    default: 6
    }
  }

  /// Requests on sockets (include/uapi/linux/sockios.h).
  private static func network(_ number: UInt8) -> UInt8 {
    switch number {
    case 0x0b, 0x0c: 12
    case 0x10, 0x12, 0x33: 10
    case 0x23: 11
    case 0x13...0x27: number & 1 == 1 ? 10 : 11
    case 0xa0...0xa3: 13
    default: 14
    }
  }
}
