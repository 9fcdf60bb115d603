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
    "calibrate @checkpoint @data --quiet --output", "bench tcn-s --seconds 0 --weights",
  ])
  func aDiskThatFillsIsOneLineAndNoCrash(command: String) throws {
    let names = [
      "@data": files.data, "@recording": files.recording, "@checkpoint": files.checkpoint,
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
