import Foundation
import TestSupport
import Testing

/// What is not finished is nowhere to be seen: files half written, progress on a terminal.
@Suite struct UnfinishedOutputTests {
  private let files: Pipeline
  private let directory: TemporaryDirectory

  init() throws {
    files = try Pipeline.get()
    directory = try TemporaryDirectory()
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func aSignalLeavesNoTemporaryFile(signal number: Int32) throws {
    // A pipe that is full and nobody reads: the command waits for it with its page unfinished.
    let full = directory.file("full")
    #expect(mkfifo(full, 0o600) == 0)
    let pipe = open(full, O_RDWR | O_NONBLOCK | O_CLOEXEC)
    defer { close(pipe) }
    while write(pipe, "full", 4) > 0 {}
    let traces = try TemporaryDirectory()
    let data = ["--attack", try files.labelled(in: traces), "--train", files.first]
    let run = try Program.trainer.start(
      ["evaluate", files.model, "--json", "--report", directory.file("page.html")] + data,
      output: .file(full))
    try eventually { try !run.isAlive() || directory.names() == ["full", "page.html.tmp"] }
    run.send(number)
    #expect(try run.wait().signal == number)
    #expect(try directory.names() == ["full"])
  }

  @Test func anErrorTakesTheProgressAwayBeforeItIsTold() throws {
    let terminal = try Terminal()
    let numbers = directory.file("numbers")
    #expect(mkfifo(numbers, 0o600) == 0)
    let pipe = open(numbers, O_RDWR | O_CLOEXEC)
    defer { close(pipe) }
    let run = try Program.trainer.start(
      ["import", "-", "-o", directory.file("out.h5"), "--format", "integers"],
      input: .file(numbers), errors: .file(terminal.path))
    while run.isAlive(), !terminal.text.contains(" events") {
      write(pipe, "1 2 3 ", 6)
      usleep(20_000)
    }
    write(pipe, "x", 1)
    #expect(try run.wait().status == 65)
    #expect(terminal.text.contains("\r\u{1b}[Kmle-trainer: -: line 1: byte 120 is neither"))
  }

  @Test(arguments: [
    "train @data --epochs 1 --quiet --output", "import @recording --output",
    "calibrate @checkpoint @first --quiet --output", "bench tcn-s --seconds 0 --weights",
  ])
  func aDiskThatFillsIsOneLineAndNoCrash(command: String) throws {
    let names = [
      "@data": files.data, "@first": files.first, "@recording": files.recording,
      "@checkpoint": files.checkpoint,
    ]
    let arguments = command.split(separator: " ").map { names[String($0)] ?? String($0) }
    // No file may become longer than 8 blocks of 512 bytes.
    let script = "ulimit -f 8; exec \"$0\" \"$@\""
    let outcome = try Program(path: "/bin/sh").run(
      ["-c", script, Program.trainer.path] + arguments + [directory.file("out.h5")])
    #expect(outcome.status == 74, "signal \(outcome.signal ?? 0): \(outcome.errors)")
    #expect(outcome.errorLines.count == 1, "\(outcome.errors)")
    #expect(outcome.errors.contains("cannot be written (File too large); "), "\(outcome.errors)")
    #expect(try !directory.names().contains("out.h5.tmp"))
  }

  /// Chunks of packed data sets are written when they are closed, which may fail and be followed by
  /// writes that succeed.
  @Test func aDiskThatIsFullLeavesTheOlderFile() throws {
    let disk = directory.file("disk")
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: false)
    let script = """
      mount -t tmpfs -o size="$1"k none "$2" || { echo "skipped: no file system to fill"; exit 77; }
      echo older > "$2/out.h5"
      "$3" import "$4" -o "$2/out.h5"
      status=$?
      case $status in
        0) cmp "$2/out.h5" "$5" ;;
        74) echo older | cmp - "$2/out.h5" ;;
      esac || exit 1
      exit $status
      """
    let whole = directory.file("out.h5")
    try Program.trainer.succeed(["import", files.recording, "-o", whole])
    var ends: Set<Int32> = []
    for kilobytes in stride(from: 4, through: 80, by: 4) {
      let outcome = try Program(path: "/usr/bin/env").run(
        [
          "unshare", "--map-root-user", "--mount", "sh", "-c", script, "sh", "\(kilobytes)", disk,
          Program.trainer.path, files.recording, whole,
        ])
      if outcome.text.contains("skipped: ") || outcome.errors.contains("unshare: ") {
        return print("skipped: no file system to fill")
      }
      ends.insert(outcome.status ?? -1)
    }
    #expect(ends == [0, 74])
  }

  @Test func aLinkIsFollowedAndStays() throws {
    let (link, target) = (directory.file("link"), directory.file("target"))
    try Data("older".utf8).write(to: URL(fileURLWithPath: target))
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
    try Program.trainer.succeed(["capture", files.data, "-o", link])
    #expect(try directory.read("target") == Fixture.bytes(at: files.capture))
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == target)
    // One whose file is not there yet, beside it.
    try FileManager.default.createSymbolicLink(
      atPath: directory.file("early"), withDestinationPath: "late")
    try Program.trainer.succeed(["capture", files.data, "-o", directory.file("early")])
    #expect(try directory.read("late") == Fixture.bytes(at: files.capture))
    // As /dev/stdout does, where it was redirected to a file.
    let output = directory.file("descriptor")
    try FileManager.default.createSymbolicLink(
      atPath: output, withDestinationPath: "/proc/self/fd/1")
    let run = try Program.trainer.run(
      ["capture", files.data, "-o", output], output: .file(directory.file("redirected")))
    #expect(run.status == 0, "\(run.errors)")
    #expect(try directory.read("redirected") == Fixture.bytes(at: files.capture))
    #expect(
      try directory.names() == ["descriptor", "early", "late", "link", "redirected", "target"])
  }

  @Test func nothingTakesThePlaceOfADevice() throws {
    let pipe = directory.file("pipe")
    #expect(mkfifo(pipe, 0o600) == 0)
    for arguments in [
      ["import", files.recording, "-o", pipe], ["capture", files.data, "-o", pipe],
      ["plot", files.model, files.data, "-o", pipe],
    ] {
      try Program.trainer.refuse(
        arguments, status: 74, saying: "\(pipe): is a pipe or device; name a file")
      try Program.trainer.refuse(
        arguments.dropLast() + [directory.path], status: 74,
        saying: "\(directory.path): is a directory; name a file")
    }
    #expect(try directory.names() == ["pipe"])
  }
}

/// A terminal that only the test looks at.
private final class Terminal {
  /// Where a program writes to it.
  let path: String
  private let descriptor: Int32
  private var bytes: [UInt8] = []

  init() throws {
    descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
    // TIOCSPTLCK and TIOCGPTN: unlock the other end, and ask for its number.
    var (lock, number): (Int32, Int32) = (0, 0)
    let isOpen = ioctl(descriptor, 0x4004_5431, &lock) == 0
    path = isOpen && ioctl(descriptor, 0x8004_5430, &number) == 0 ? "/dev/pts/\(number)" : ""
    try #require(!path.isEmpty)
  }

  deinit { close(descriptor) }

  /// All that was written so far.
  var text: String {
    var piece = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(descriptor, &piece, piece.count)
      guard count > 0 else { break }
      bytes += piece.prefix(count)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
