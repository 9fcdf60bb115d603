/// What kind of place a path names, by the conventions every Linux device shares (FHS) and by the
/// path's own form; never by one site's directories.
///
/// The order is part of the ids: new cases go to the end.
public enum PathClass: UInt8, Sendable {
  /// No path, or the source could not read it.
  case unknown
  /// `/proc/self`, `/proc/thread-self`.
  case processSelf
  /// `/proc/net`.
  case processNet
  /// `/proc/1234`: another process, by number.
  case processOther
  /// The rest of `/proc`.
  case proc
  case sys
  /// Devices without data of their own: null, zero, full, tty, ptmx, console, random, urandom, ...
  case standardDevice
  case device
  case etc
  /// Password hashes, private keys, who may log in.
  case secret
  /// What runs by itself: init scripts, cron tables, profiles, `ld.so.preload`.
  case startup
  case library
  case program
  /// The rest of `/usr`.
  case usr
  case temporary
  /// `/run`, `/var/run`, `/var/lock`.
  case runtime
  case variable
  case home
  /// `/` and what is directly in it.
  case top
  /// A script by its suffix, at none of the places above.
  case script
  case absolute
  case relative
  /// Any path that climbs with a `..` component.
  case climbing
  /// Any path with a component that begins with a dot, below none of the first five places.
  case hidden

  /// Their names in states, in the order of the cases.
  static let words: StaticString = """
    nopath procself procnet procpid proc sys stddev dev etc secret startup lib program usr tmp run \
    var home top script abs rel dotdot hidden
    """

  /// The class of `path`, the bytes that the call was given. An empty path is unknown.
  public init(_ path: UnsafeRawBufferPointer) {
    var parts = PathParts(path)
    guard parts.count > 0 else {
      self = path.isEmpty ? .unknown : path[0] == 0x2f ? .top : .relative
      return
    }
    if parts.climbs {
      self = .climbing
      return
    }
    let place = parts.isAbsolute ? Self.place(&parts) : .relative
    switch place {
    case .processSelf, .processNet, .processOther, .proc, .sys, .secret, .startup: self = place
    default: self = Self.form(parts, at: place)
    }
  }

  /// What the names within the path add to where it is.
  private static func form(_ parts: PathParts, at place: PathClass) -> PathClass {
    if isSecret(parts.last) { return .secret }
    if parts.isHidden { return .hidden }
    switch place {
    case .absolute, .relative, .top, .variable: return isScript(parts.last) ? .script : place
    default: return place
    }
  }

  private static func isSecret(_ name: UnsafeRawBufferPointer) -> Bool {
    starts(name, with: "id_rsa") || starts(name, with: "id_ed25519")
      || starts(name, with: "id_ecdsa") || starts(name, with: "id_dsa")
      || equal(name, "authorized_keys") || ends(name, with: ".key")
  }

  private static func isScript(_ name: UnsafeRawBufferPointer) -> Bool {
    ends(name, with: ".sh") || ends(name, with: ".cgi") || ends(name, with: ".php")
      || ends(name, with: ".lua") || ends(name, with: ".py") || ends(name, with: ".pl")
  }
}
