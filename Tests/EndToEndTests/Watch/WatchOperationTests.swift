import Foundation
import TestSupport
import Testing

/// Running `mle-player watch` as a service: signals, files, the service manager, the system's log.
@Suite(.enabled(if: WatchedPlayer.isPossible, "needs root and tracepoints"))
struct WatchOperationTests {
  private let directory: TemporaryDirectory
  private let model: String

  init() throws {
    directory = try TemporaryDirectory()
    model = try WatchedPlayer.blob(.usual, directory)
  }

  /// A player that watches a program which sleeps.
  private func start(
    _ options: [String], variables: [String] = []
  ) throws -> (player: RunningProgram, errors: () -> String) {
    let file = directory.file("errors")
    let player = try Program(path: "/usr/bin/env").start(
      variables + [Program.player.path, "watch"] + options + ["--exec", "/bin/sleep", "60"],
      errors: .file(file))
    // The file is made by the player's start.
    return (player, { (try? String(contentsOfFile: file, encoding: .utf8)) ?? "" })
  }

  /// A datagram socket with its path and what has come.
  private func socket() throws -> (path: String, receive: () -> [String]) {
    let path = directory.file("socket")
    let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    let code = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(code == 0)
    return (
      path,
      {
        var messages: [String] = []
        var buffer = [UInt8](repeating: 0, count: 8192)
        while case let count = recv(descriptor, &buffer, buffer.count, 0), count >= 0 {
          messages.append(String(decoding: buffer[..<count], as: UTF8.self))
        }
        return messages
      }
    )
  }

  @Test(arguments: [SIGTERM, SIGINT]) func aSignalEndsItWell(signal: Int32) throws {
    let (path, receive) = try socket()
    let (player, errors) = try start([model], variables: ["NOTIFY_SOCKET=\(path)"])
    var messages: [String] = []
    try WatchedPlayer.wait("it is not ready") {
      messages += receive()
      return messages.contains { $0.hasPrefix("READY=1\n") }
    }
    player.send(signal)
    #expect(try player.wait().status == 0)
    #expect(errors().contains(" records lost; "))
    messages += receive()
    #expect(messages.last == "STOPPING=1")
  }

  @Test func aPipeInTheModelsPlaceIsRefusedAndKeepsNobody() throws {
    let (player, errors) = try start([model])
    try WatchedPlayer.wait("it does not watch") {
      let place = "/proc/\(player.processID)/wchan"
      let waits = try? String(contentsOfFile: place, encoding: .utf8)
      return waits?.contains("poll") == true
    }
    try FileManager.default.removeItem(atPath: model)
    #expect(mkfifo(model, 0o600) == 0)
    player.send(SIGHUP)
    try WatchedPlayer.wait("it says nothing") { errors().contains("is refused; the model before") }
    #expect(errors().contains("\(model): is not a regular file; name a blob in a file"))
    player.send(SIGTERM)
    #expect(try player.wait().status == 0)
  }

  /// A terminal says that it takes something, but not how much.
  @Test func aTerminalThatNobodyReadsStopsNothing() throws {
    let terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    defer { close(terminal) }
    var (lock, number): (Int32, Int32) = (0, 0)
    try #require(ioctl(terminal, 0x4004_5431, &lock) == 0)  // TIOCSPTLCK
    try #require(ioctl(terminal, 0x8004_5430, &number) == 0)  // TIOCGPTN
    let suspicious = try WatchedPlayer.blob(.seesEverything, directory, "everything.mle")
    let options = ["--alert-rate", "100000", "--explain", "--exec"]
    let outcome = try Program.player.run(
      ["watch", suspicious] + options + [Program.liveChild.path, "forks", "1000"],
      output: .file("/dev/pts/\(number)"))
    #expect(outcome.status == 74)
    #expect(outcome.errors.contains(" of 1001 processes, "), "\(outcome.errors)")
  }

  @Test func theWatchdogIsFedWhileAnomaliesRaiseAlarms() throws {
    let (path, receive) = try socket()
    let variables = ["NOTIFY_SOCKET=\(path)", "WATCHDOG_USEC=100000"]
    let (player, _) = try start([model], variables: variables)
    var feeds = 0
    try WatchedPlayer.wait("it is not fed") {
      feeds += receive().count { $0 == "WATCHDOG=1" }
      return feeds >= 5
    }
    player.send(SIGTERM)
    #expect(try player.wait().status == 0)
  }

  @Test func theWatchdogOfABlindBlobIsNotFed() throws {
    let blind = try WatchedPlayer.blob(.seesNothing, directory, "blind.mle")
    let (path, receive) = try socket()
    let variables = ["NOTIFY_SOCKET=\(path)", "WATCHDOG_USEC=20000"]
    let (player, errors) = try start([blind], variables: variables)
    var messages: [String] = []
    try WatchedPlayer.wait("it is not ready") {
      messages += receive()
      return messages.contains { $0.hasPrefix("READY=1\n") }
    }
    usleep(500_000)
    messages += receive()
    #expect(!messages.contains("WATCHDOG=1"))
    #expect(errors().contains("\(blind): a known anomaly raises no alarm; "))
    player.send(SIGTERM)
    #expect(try player.wait().status == 0)
  }

  /// The clock that the service manager wants, in nanoseconds.
  private func monotonicTime() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  @Test func aReloadTakesTheNewBlobAndABadOneChangesNothing() throws {
    let (path, receive) = try socket()
    let (player, errors) = try start([model], variables: ["NOTIFY_SOCKET=\(path)"])
    var messages: [String] = []
    let isReady = {
      messages += receive()
      return messages.contains { $0.hasPrefix("READY=1") }
    }
    try WatchedPlayer.wait("it is not ready", until: isReady)
    for (content, said) in [
      ("same", "\(model): reloaded; the network is the same, all processes go on"),
      ("other", "\(model): reloaded; the network is another one, all processes begin anew"),
      ("blind", "\(model): warning: window 2: the threshold is over ln V, "),
      ("bad", "\(model): is refused; the model before stays at work"),
    ] {
      messages = []
      switch content {
      case "bad": _ = try directory.write([1, 2, 3], to: "m.mle")
      case "blind": _ = try WatchedPlayer.blob(.seesNothing, directory)
      case "other": _ = try WatchedPlayer.blob(.usual, directory, seed: 5)
      default: break
      }
      player.send(SIGHUP)
      try WatchedPlayer.wait("it is not ready again", until: isReady)
      #expect(errors().contains(said))
      #expect(messages.first?.hasPrefix("RELOADING=1\nMONOTONIC_USEC=") == true)
      let time = try #require(messages.first?.split(separator: "=").last.flatMap { UInt64($0) })
      let now = monotonicTime() / 1000
      #expect(time <= now && now - time < 60_000_000)
    }
    player.send(SIGTERM)
    #expect(try player.wait().status == 0)
  }

  @Test func aReloadOpensTheAlertsAnew() throws {
    let (path, receive) = try socket()
    let log = directory.file("alerts")
    let (player, _) = try start([model, "--alerts", log], variables: ["NOTIFY_SOCKET=\(path)"])
    var messages: [String] = []
    try WatchedPlayer.wait("it is not ready") {
      messages += receive()
      return !messages.isEmpty
    }
    try FileManager.default.moveItem(atPath: log, toPath: log + ".1")
    player.send(SIGHUP)
    try WatchedPlayer.wait("there is no new file") { FileManager.default.fileExists(atPath: log) }
    player.send(SIGTERM)
    #expect(try player.wait().status == 0)
  }

  @Test func alertsGoToTheSystemsLog() throws {
    let everything = try WatchedPlayer.blob(.seesEverything, directory, "all.mle")
    let (path, receive) = try socket()
    let outcome = try Program.player.run([
      "watch", everything, "--mode", "alert", "--syslog-socket", path, "--exec", "/bin/true",
    ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
    let message = try #require(receive().first)
    let pattern = /<84>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z \S+ mle-player \d+ alert - ({.*})/
    let match = try #require(try pattern.wholeMatch(in: message))
    let alert = try WatchedPlayer.lines(String(match.1))[0]
    #expect(alert["action"] as? String == "alerted")
  }

  @Test func aLogThatIsNotThereEndsNothingButIsCounted() throws {
    let everything = try WatchedPlayer.blob(.seesEverything, directory, "all.mle")
    let outcome = try Program.player.run([
      "watch", everything, "--mode", "alert", "--syslog-socket", directory.file("none"), "--exec",
      "/bin/sh", "-c", "echo done > \(directory.file("end"))",
    ])
    #expect(outcome.status == 74)
    #expect(try directory.read("end") == Array("done\n".utf8))
  }

  @Test func aReaderThatHasGoneEndsNothing() throws {
    let everything = try WatchedPlayer.blob(.seesEverything, directory, "all.mle")
    let outcome = try Program.player.run(
      [
        "watch", everything, "--exec", "/bin/sh", "-c",
        "cat /dev/null; echo done > \(directory.file("end"))",
      ], output: .brokenPipe)
    #expect(outcome.status == 74)
    #expect(try directory.read("end") == Array("done\n".utf8))
  }

  @Test func thePlayerHasAllDescriptorsItMayAndItsProgramThoseOfBefore() throws {
    let file = directory.file("limits")
    let outcome = try Program(path: "/bin/sh").run([
      "-c",
      "ulimit -Sn 100; exec \(Program.player.path) watch \(model) --exec /bin/sh -c "
        + "'(ulimit -Sn; grep files /proc/$PPID/limits) > \(file)'",
    ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let words = String(decoding: try directory.read("limits"), as: UTF8.self)
      .split { $0.isWhitespace }
    // 100, Max open files, soft, hard.
    #expect(words.first == "100")
    #expect(words.count > 5 && words[4] == words[5] && words[4] != "100")
  }

  @Test func aFallbackIsSaidAndWorks() throws {
    let bad = try directory.write([1, 2, 3], to: "bad.mle")
    let outcome = try Program.player.run([
      "watch", bad, "--fallback", model, "--metrics", directory.file("m.prom"), "--exec",
      "/bin/true",
    ])
    #expect(outcome.status == 0)
    #expect(outcome.errorLines.contains { $0.hasPrefix("mle-player: \(bad): ") })
    #expect(outcome.errors.contains("mle-player: \(model): warning: is at work instead"))
    let text = String(decoding: try directory.read("m.prom"), as: UTF8.self)
    #expect(text.contains("fallback=\"1\"} 1"))
  }

  @Test func aConfigurationIsAsGoodAsOptions() throws {
    let file = try directory.write(
      "# all of it\nmodel = \(model)\nmode = alert\nmetrics = \(directory.file("m"))\n".utf8,
      to: "conf")
    let outcome = try Program.player.run(["watch", "--config", file, "--exec", "/bin/true"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try directory.names().contains("m"))
  }
}
