extension PathClass {
  /// Where an absolute path leads, by its first components.
  static func place(_ parts: inout PathParts) -> PathClass {
    let first = parts.first
    let second = parts.second
    if equal(first, "proc") { return processPlace(second) }
    if equal(first, "sys") { return .sys }
    if equal(first, "dev") { return devicePlace(second) }
    if equal(first, "etc") { return configurationPlace(second, parts.third) }
    if starts(first, with: "lib") { return .library }
    if equal(first, "bin") || equal(first, "sbin") { return .program }
    if equal(first, "usr") {
      return equal(second, "local") ? userPlace(parts.third) : userPlace(second)
    }
    if equal(first, "tmp") { return .temporary }
    if equal(first, "run") { return .runtime }
    if equal(first, "var") { return variablePlace(second, parts.third) }
    if equal(first, "home") || equal(first, "root") { return .home }
    return parts.count == 1 ? .top : .absolute
  }

  private static func processPlace(_ name: UnsafeRawBufferPointer) -> PathClass {
    if equal(name, "self") || equal(name, "thread-self") { return .processSelf }
    if equal(name, "net") { return .processNet }
    guard let digit = name.first else { return .proc }
    return digit >= 0x30 && digit <= 0x39 ? .processOther : .proc
  }

  private static func devicePlace(_ name: UnsafeRawBufferPointer) -> PathClass {
    if equal(name, "shm") { return .temporary }
    if equal(name, "null") || equal(name, "zero") || equal(name, "full") || equal(name, "tty")
      || equal(name, "ptmx") || equal(name, "pts") || equal(name, "console") || equal(name, "log")
      || equal(name, "random") || equal(name, "urandom") || equal(name, "fd")
      || starts(name, with: "std")
    {
      return .standardDevice
    }
    return .device
  }

  private static func configurationPlace(
    _ name: UnsafeRawBufferPointer, _ inside: UnsafeRawBufferPointer
  ) -> PathClass {
    if starts(name, with: "shadow") || starts(name, with: "gshadow")
      || starts(name, with: "sudoers") || (equal(name, "ssl") && equal(inside, "private"))
    {
      return .secret
    }
    if starts(name, with: "rc") || starts(name, with: "init") || starts(name, with: "cron")
      || starts(name, with: "profile") || equal(name, "systemd") || equal(name, "ld.so.preload")
      || equal(name, "hotplug.d")
    {
      return .startup
    }
    return .etc
  }

  private static func userPlace(_ name: UnsafeRawBufferPointer) -> PathClass {
    if equal(name, "bin") || equal(name, "sbin") || equal(name, "libexec") { return .program }
    return starts(name, with: "lib") ? .library : .usr
  }

  private static func variablePlace(
    _ name: UnsafeRawBufferPointer, _ inside: UnsafeRawBufferPointer
  ) -> PathClass {
    if equal(name, "tmp") { return .temporary }
    if equal(name, "run") || equal(name, "lock") { return .runtime }
    return equal(name, "spool") && starts(inside, with: "cron") ? .startup : .variable
  }
}

/// The components of a path; empty and `.` ones do not count.
struct PathParts {
  let isAbsolute: Bool
  private(set) var count = 0
  private(set) var climbs = false
  private(set) var isHidden = false
  private(set) var first = UnsafeRawBufferPointer(start: nil, count: 0)
  private(set) var second = UnsafeRawBufferPointer(start: nil, count: 0)
  private(set) var third = UnsafeRawBufferPointer(start: nil, count: 0)
  private(set) var last = UnsafeRawBufferPointer(start: nil, count: 0)

  init(_ path: UnsafeRawBufferPointer) {
    isAbsolute = path.first == 0x2f
    var start = 0
    for end in 0...path.count where end == path.count || path[end] == 0x2f {
      append(UnsafeRawBufferPointer(rebasing: path[start..<end]))
      start = end + 1
    }
  }

  private mutating func append(_ part: UnsafeRawBufferPointer) {
    guard !part.isEmpty, !equal(part, ".") else { return }
    if equal(part, "..") {
      climbs = true
    } else if part[0] == 0x2e {
      isHidden = true
    }
    count += 1
    last = part
    switch count {
    case 1: first = part
    case 2: second = part
    case 3: third = part
    default: break
    }
  }
}
