import TestSupport
import Testing

@testable import KernelTrace

/// On every device.
private let superuserHome = "/root"

@Suite struct SyscallPathClassTests {
  @Test(arguments: [
    ("", PathClass.unknown), ("/", .top), ("//", .top), ("/x", .top), ("/./x", .top),
    (".", .relative), ("./", .relative), ("a", .relative), ("a/b.html", .relative),
    ("/proc/self/exe", .processSelf), ("/proc/net/tcp", .processNet),
    ("/proc/12/maps", .processOther), ("/proc", .proc), ("/proc/cpuinfo", .proc),
    ("/process/x", .absolute), ("/sys/class/net", .sys), ("/dev/null", .standardDevice),
    ("/dev/pts/3", .standardDevice), ("/dev/mtd0", .device), ("/dev/shm/x", .temporary),
    ("/dev", .device), ("/etc/hosts", .etc), ("/etc/shadow", .secret), ("/etc/shadow-", .secret),
    ("/etc/gshadow", .secret), ("/etc/sudoers.d/x", .secret), ("/etc/systemd/x", .startup),
    ("/etc/profile", .startup), ("/etc/hotplug.d/x", .startup), ("/var/spool/mail/x", .variable),
    ("/etc/ssl/private/x", .secret), ("/etc/ssl/certs/x", .etc), ("/etc/init.d/rcS", .startup),
    ("/etc/rc.local", .startup), ("/etc/crontabs/root", .startup),
    ("/var/spool/cron/root", .startup), ("/etc/ld.so.preload", .startup),
    ("/lib/libc.so", .library), ("/lib64/ld.so", .library), ("/usr/lib/x", .library),
    ("/usr/local/lib/x", .library), ("/bin/sh", .program), ("/usr/sbin/x", .program),
    ("/usr/local/bin/x", .program), ("/usr/share/x", .usr), ("/tmp", .temporary),
    ("/var/tmp/x", .temporary), ("/run/x", .runtime), ("/var/run/x.pid", .runtime),
    ("/var/log/x", .variable), ("/home/u/x", .home), ("\(superuserHome)/x", .home),
    ("/opt/x/y", .absolute),
    ("/www/cgi-bin/a.cgi", .script), ("a.sh", .script), ("/x.php", .script),
    ("/usr/lib/lua/x.lua", .library), ("/tmp/x.sh", .temporary), ("../x", .climbing),
    ("/www/../etc/passwd", .climbing), ("/proc/../etc", .climbing), ("..", .climbing),
    ("a/..b", .hidden), ("/www/.git/config", .hidden), ("/tmp/.x", .hidden), (".x", .hidden),
    ("/home/u/.ssh/id_rsa", .secret), ("/opt/server.key", .secret),
    ("\(superuserHome)/.profile", .hidden),
  ])
  func placesAreThoseOfEveryDevice(path: String, expected: PathClass) {
    #expect(pathClass(path) == expected)
  }

  @Test func everyClassHasItsWord() {
    let words = PathClass.words.description.split(separator: " ")
    #expect(words.count == 24)
    for (raw, word) in words.enumerated() {
      #expect(PathClass(rawValue: UInt8(raw)) != nil, "\(word)")
    }
    #expect(PathClass(rawValue: UInt8(words.count)) == nil)
    #expect(words[Int(PathClass.hidden.rawValue)] == "hidden")
    #expect(words[Int(PathClass.etc.rawValue)] == "etc")
  }

  @Test func noBytesTrap() {
    var random = SplitMix64(seed: 5)
    let alphabet: [UInt8] = [0x2f, 0x2f, 0x2e, 0x2e, 0x61, 0x00, 0xff, 0x70]
    for _ in 0..<20_000 {
      let length = Int(random.next() % 12)
      let bytes = (0..<length).map { _ in alphabet[Int(random.next() % 8)] }
      let path = bytes.withUnsafeBytes { PathClass($0) }
      #expect((path == .unknown) == bytes.isEmpty)
    }
  }
}
