/// What kind of peer a socket address names: its family, and for IP how far away it is and the
/// service its port stands for.
public struct AddressClass: Equatable, Sendable {
  /// Position in `words`.
  let code: UInt8

  private init(code: UInt8) { self.code = code }

  /// No address, or the source could not read it.
  public static let unknown = AddressClass(code: 0)
  /// A Unix socket in the file system.
  public static let unixPath = AddressClass(code: 1)
  /// A Unix socket in the abstract name space.
  public static let unixAbstract = AddressClass(code: 2)
  /// Any family but Unix and IP.
  public static let other = AddressClass(code: 3)

  /// How far away an IP address is.
  public enum Scope: UInt8, Sendable {
    /// All zeros: any interface.
    case any
    /// This device.
    case loopback
    /// The same network: private, link-local, multicast and broadcast addresses.
    case nearby
    /// Anywhere else.
    case remote
  }

  /// Their names in states: the families, then scope by scope the services.
  static let words: StaticString = """
    noaddress unix abstract family \
    any:noport any:login any:dns any:web any:low any:mid any:high any:mail \
    local:noport local:login local:dns local:web local:low local:mid local:high local:mail \
    lan:noport lan:login lan:dns lan:web lan:low lan:mid lan:high lan:mail \
    remote:noport remote:login remote:dns remote:web remote:low remote:mid remote:high remote:mail
    """

  /// An IP address. `port` is in host byte order.
  public init(scope: Scope, port: UInt16) {
    code = 4 + scope.rawValue * 8 + Self.service(port)
  }

  private static func service(_ port: UInt16) -> UInt8 {
    switch port {
    case 0: 0
    case 22, 23, 2323: 1
    case 53: 2
    case 80, 443, 8080, 8443: 3
    case 25, 465, 587: 7
    case ..<1024: 4
    case ..<32768: 5
    default: 6
    }
  }

  /// How far away the IPv4 address of these four bytes, the first one first, is.
  public static func scope(ipv4 a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) -> Scope {
    switch (a, b) {
    case (0, 0) where c == 0 && d == 0: .any
    case (127, _): .loopback
    case (10, _), (172, 16...31), (192, 168), (169, 254), (100, 64...127), (224..., _): .nearby
    default: .remote
    }
  }
}

extension AddressClass {
  /// How far away the IP address of 4 or 16 bytes in network order is; remote for any other length.
  public static func scope(ip address: UnsafeRawBufferPointer) -> Scope {
    if address.count == 4 { return scope(ipv4: address[0], address[1], address[2], address[3]) }
    guard address.count == 16 else { return .remote }
    let isLow = address[..<10].allSatisfy { $0 == 0 }
    if isLow, address[10] == 0xff, address[11] == 0xff {
      return scope(ipv4: address[12], address[13], address[14], address[15])
    }
    if isLow, address[10..<15].allSatisfy({ $0 == 0 }), address[15] <= 1 {
      return address[15] == 0 ? .any : .loopback
    }
    // Link-local fe80::/10, unique local fc00::/7 and multicast ff00::/8 addresses.
    switch (address[0], address[1]) {
    case (0xfe, 0x80...0xbf), (0xfc...0xfd, _), (0xff, _): return .nearby
    default: return .remote
    }
  }
}
