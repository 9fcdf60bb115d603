import KernelTrace

extension AddressClass {
  /// The class of an address as a recording writes it: `inet:127.0.0.1:80`, `inet6:::1:80`,
  /// `unix:/run/log`, `unix:@name`. Anything else is of another family.
  init(recorded text: UnsafeRawBufferPointer) {
    let string = String(decoding: text, as: UTF8.self)
    if string.hasPrefix("unix:") {
      self = string.hasPrefix("unix:/") ? .unixPath : .unixAbstract
      return
    }
    guard let start = string.firstIndex(of: ":"), let end = string.lastIndex(of: ":"), start < end,
      let port = UInt16(string[string.index(after: end)...])
    else {
      self = .other
      return
    }
    let host = string[string.index(after: start)..<end]
    switch string[..<start] {
    case "inet": self = AddressClass(scope: Self.scope(dotted: host) ?? .remote, port: port)
    case "inet6": self = AddressClass(scope: Self.scope(colons: host), port: port)
    default: self = .other
    }
  }

  private static func scope(dotted host: Substring) -> Scope? {
    let bytes = host.split(separator: ".").compactMap { UInt8($0) }
    return bytes.count == 4 ? scope(ipv4: bytes[0], bytes[1], bytes[2], bytes[3]) : nil
  }

  private static func scope(colons host: Substring) -> Scope {
    if host == "::" { return .any }
    if host == "::1" { return .loopback }
    if host.hasPrefix("::ffff:"), let mapped = scope(dotted: host.dropFirst(7)) { return mapped }
    // Link-local, unique local and multicast addresses.
    let isNear = ["fe8", "fe9", "fea", "feb", "fc", "fd", "ff"].contains { host.hasPrefix($0) }
    return isNear ? .nearby : .remote
  }
}
