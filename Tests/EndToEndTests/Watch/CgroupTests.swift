import Foundation
import TestSupport
import Testing

/// A response to everything in a cgroup.
@Suite(.enabled(if: Cgroup.isPossible, "needs root, tracepoints and a cgroup of version 2"))
struct CgroupTests {
  private let directory: TemporaryDirectory
  private let cgroup: Cgroup

  init() throws {
    directory = try TemporaryDirectory()
    cgroup = try Cgroup()
  }

  private func player(_ options: [String]) throws -> RunningProgram {
    let model = try WatchedPlayer.blob(.seesEverything, directory)
    let player = try Program.player.start(
      [
        "watch", model, "--mode", "enforce", "--kill-on-lossy", "--reach", "cgroup", "--cgroup",
        cgroup.path, "--alerts", directory.file("alerts"), "--metrics", directory.file("m"),
      ] + options)
    // The metrics are written once it watches.
    try WatchedPlayer.wait("it does not begin") {
      FileManager.default.fileExists(atPath: directory.file("m"))
    }
    return player
  }

  @Test func everybodyIsFrozenThenKilled() throws {
    // One that does nothing, and one that raises the alarm.
    let quiet = try cgroup.start("exec sleep 60")
    try WatchedPlayer.wait("it does not sleep") { cgroup.programs == ["sleep"] }
    let player = try player(["--kill-after", "500"])
    let loud = try cgroup.start("while :; do cat /dev/null; done")
    try WatchedPlayer.wait("it is not frozen") { cgroup.isFrozen }
    try WatchedPlayer.wait("they are there") { !quiet.isAlive() && !loud.isAlive() }
    try WatchedPlayer.wait("it is frozen for ever") { !cgroup.isFrozen }
    player.send(SIGTERM)
    #expect(try player.wait().status == 0)
  }

  @Test func aPlayerInItOrBelowItIsRefused() throws {
    let model = try WatchedPlayer.blob(.seesEverything, directory)
    let inner = "\(cgroup.path)/inner"
    try #require(mkdir(inner, 0o755) == 0)
    for place in [cgroup.path, inner] {
      let outcome = try Program(path: "/bin/sh").run([
        "-c",
        "echo $$ > \(place)/cgroup.procs; exec \(Program.player.path) watch \(model) --mode enforce "
          + "--reach cgroup --cgroup \(cgroup.path)",
      ])
      #expect(outcome.status == 64)
      #expect(outcome.errors.contains("\(cgroup.path): has the player itself in it or below it; "))
    }
    #expect(eventually { rmdir(inner) == 0 })
  }

  @Test func whatAKilledPlayerLeftFrozenIsKilledByTheNextOne() throws {
    let quiet = try cgroup.start("exec sleep 60")
    try WatchedPlayer.wait("it does not sleep") { cgroup.programs == ["sleep"] }
    let first = try player(["--kill-after", "600000"])
    let loud = try cgroup.start("while :; do cat /dev/null; done")
    try WatchedPlayer.wait("it is not frozen") { cgroup.isFrozen }
    first.send(SIGKILL)
    _ = try first.wait()
    #expect(cgroup.isFrozen)
    try FileManager.default.removeItem(atPath: directory.file("m"))
    let second = try player([])
    try WatchedPlayer.wait("they are there") { !quiet.isAlive() && !loud.isAlive() }
    try WatchedPlayer.wait("it is frozen for ever") { !cgroup.isFrozen }
    second.send(SIGTERM)
    #expect(try second.wait().status == 0)
  }

  @Test func whereSomebodyIsAllowedOnlyTheJobIsReached() throws {
    let quiet = try cgroup.start("exec sleep 60")
    try WatchedPlayer.wait("it does not sleep") { cgroup.programs == ["sleep"] }
    let player = try player(["--kill-after", "0", "--allow", "sleep"])
    let loud = try cgroup.start("while :; do cat /dev/null; done")
    try WatchedPlayer.wait("it goes on") { !loud.isAlive() }
    usleep(200_000)
    #expect(quiet.isAlive())
    player.send(SIGTERM)
    #expect(try player.wait().status == 0)
  }
}

/// A cgroup of a test's own, which is removed with all in it.
final class Cgroup {
  let path: String

  private static let root: String? = {
    let mounts = (try? String(contentsOfFile: "/proc/mounts", encoding: .utf8)) ?? ""
    for line in mounts.split(separator: "\n") {
      let fields = line.split(separator: " ")
      if fields.count > 2, fields[2] == "cgroup2" { return String(fields[1]) }
    }
    return nil
  }()

  /// Whether one can be made and watched.
  static let isPossible: Bool = {
    guard WatchedPlayer.isPossible else { return false }
    guard (try? Cgroup()) != nil else {
      print("skipped: no cgroup of version 2 can be made")
      return false
    }
    return true
  }()

  init() throws {
    let root = try #require(Self.root)
    path = "\(root)/mle-test-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    try #require(mkdir(path, 0o755) == 0)
  }

  deinit {
    try? write("1", to: "cgroup.kill")
    eventually(within: 10) { rmdir(path) == 0 }
  }

  private func write(_ text: String, to file: String) throws {
    try text.write(toFile: "\(path)/\(file)", atomically: false, encoding: .utf8)
  }

  /// Starts a shell in it.
  func start(_ command: String) throws -> RunningProgram {
    try Program(path: "/bin/sh").start(
      ["-c", "echo $$ > \(path)/cgroup.procs; \(command)"])
  }

  /// The names of all processes in it.
  var programs: [String] {
    let pids = (try? String(contentsOfFile: "\(path)/cgroup.procs", encoding: .utf8)) ?? ""
    return pids.split(separator: "\n").map { pid in
      let name = try? String(contentsOfFile: "/proc/\(pid)/comm", encoding: .utf8)
      return (name ?? "").trimmingCharacters(in: .newlines)
    }
  }

  var isFrozen: Bool {
    (try? String(contentsOfFile: "\(path)/cgroup.freeze", encoding: .utf8)) == "1\n"
  }
}
