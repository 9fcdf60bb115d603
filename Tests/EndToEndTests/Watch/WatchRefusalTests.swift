import Foundation
import TestSupport
import Testing

/// What `mle-player watch` says to mistakes, before it touches the kernel.
@Suite struct WatchRefusalTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  @Test(arguments: [
    ("mode = alert\nmodle = x\n", "line 2: unknown option --modle; "),
    (
      "mode = perhaps\n", "line 1: no good value for --mode, which takes one of observe, alert and "
    ),
    ("\nexplain\n", "line 2: no equals sign; "), ("mode =\n", "line 1: no value after "),
    ("explain = maybe\n", "line 1: takes yes or no"),
    ("cgroup = a\ncomm = b\n", "line 2: one whom to watch too many: --comm"),
    ("exec = sh\n", "line 1: only on the command line; "),
    ("\npid = 0\n", "line 2: no good value for --pid, which takes the number of a process"),
    ("ring-kib = 5\n", "line 1: no good value for --ring-kib, which takes a power of two "),
    ("processes = 1\n", "line 1: no good value for --processes, which takes "),
  ]) func aWrongLineIsNamed(text: String, fact: String) throws {
    let file = try directory.write(text.utf8, to: "conf")
    try Program.player.refuse(
      ["watch", "--config", file, "m.mle", "--pid", "1"], status: 65, saying: "\(file): \(fact)")
  }

  @Test func aConfigurationThatIsNotThereOrTooLongIsRefused() throws {
    try Program.player.refuse(
      ["watch", "--config", "/nonexistent/conf"], status: 66, saying: "/nonexistent/conf: ")
    let long = try directory.write(repeatElement(UInt8(ascii: "#"), count: 65_536), to: "long")
    try Program.player.refuse(
      ["watch", "--config", long], status: 65, saying: "has 65536 bytes or more")
  }

  @Test func theCommandLineStillHasToBeWhole() throws {
    let file = try directory.write("mode = enforce\n".utf8, to: "conf")
    try Program.player.refuse(
      ["watch", "--config", file, "--pid", "1"], status: 64, saying: "no model; ")
    try Program.player.refuse(
      ["watch", "--config", file, "m.mle"], status: 64, saying: "\(file): nobody to watch; ")
  }

  @Test func blobsAreCheckedBeforeAnythingElse() throws {
    try Program.player.refuse(
      ["watch", "/nonexistent.mle", "--pid", "1"], status: 66, saying: "/nonexistent.mle: ")
    let bad = try directory.write([1, 2, 3], to: "bad.mle")
    try Program.player.refuse(["watch", bad, "--pid", "1"], status: 65, saying: "\(bad): ")
    let blob = try WatchedPlayer.blob(.usual, directory)
    try Program.player.refuse(
      ["watch", blob, "--alerts", "/nonexistent/log", "--pid", "1"], status: 74,
      saying: "/nonexistent/log: ")
    try Program.player.refuse(
      ["watch", blob, "--reach", "cgroup", "--cgroup", directory.path, "--mode", "enforce"],
      status: 66, saying: "\(directory.path): has no cgroup.freeze; ")
  }
}
