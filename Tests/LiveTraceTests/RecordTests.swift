import Foundation
import KernelTrace
import TestSupport
import Testing

/// `mle-player record` on the kernel of this machine.
@Suite(.serialized, .enabled(if: LiveKernel.isThere, "the kernel cannot be watched here"))
struct RecordTests {
  /// The records of a capture and how it ends.
  private func read(_ bytes: [UInt8]) throws -> (lines: [String], end: CaptureEnd) {
    var reader = CaptureReader()
    var lines: [String] = []
    try bytes.withUnsafeBytes { bytes in
      var rest = bytes
      while let item = try reader.next(&rest) {
        if case .record(let record) = item { lines.append(TestJoiner.line(record)) }
      }
    }
    return (lines, reader.end)
  }

  /// Waits until the file, which is written to once a second, has calls of the child's: a record
  /// takes ten bytes.
  private func waitUntilRecorded(
    _ directory: TemporaryDirectory, _ recorder: RunningProgram, bytes: Int = 2000
  ) {
    let isRecorded = eventually {
      let capture = Data((try? directory.read("a.mlt")) ?? [])
      return capture.count >= bytes && capture.range(of: Data("getppid:ok".utf8)) != nil
        || !recorder.isAlive()
    }
    #expect(isRecorded && recorder.isAlive())
  }

  @Test func aCommandIsRecordedToItsEnd() throws {
    let directory = try TemporaryDirectory()
    let file = directory.file("a.mlt")
    let outcome = try Program.player.run(
      ["record", "-o", file, "--exec", Program.liveChild.path, "forks", "50"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let (lines, end) = try read(try directory.read("a.mlt"))
    #expect(lines.filter { $0.hasPrefix("fork ") }.count == 50)
    #expect(lines.filter { $0.hasPrefix("exit ") }.count == 51)
    guard case .complete = end else {
      Issue.record("\(end)")
      return
    }
    let events = lines.filter { $0.first?.isNumber == true }.count
    #expect(
      outcome.errors.hasPrefix("mle-player: \(events) events of 51 processes, 0 of unknown calls"))
    // It is not overwritten.
    let again = try Program.player.run(["record", "-o", file, "--exec", "/bin/true"])
    #expect(again.status == 74)
    #expect(again.errors == "mle-player: \(file): exists; name a new file or remove it\n")
  }

  @Test func theTrainerTakesWhatWasRecorded() throws {
    let directory = try TemporaryDirectory()
    let (capture, data) = (directory.file("a.mlt"), directory.file("a.h5"))
    let recorded = try Program.player.run(
      ["record", "-o", capture, "--exec", Program.liveChild.path, "family"])
    #expect(recorded.status == 0, "\(recorded.errors)")
    let imported = try Program.trainer.run(["import", capture, "-o", data])
    #expect(imported.status == 0, "\(imported.errors)")
    let info = try Program.trainer.run(["info", data])
    #expect(info.status == 0)
    #expect(info.text.contains("sequences  2, 1 of them forked"), "\(info.text)")
  }

  @Test(arguments: [SIGTERM, SIGINT]) func aSignalEndsItCleanly(signal: Int32) throws {
    let directory = try TemporaryDirectory()
    let worker = try Program.liveChild.start(["work", "500"])
    let recorder = try Program.player.start(
      ["record", "-o", directory.file("a.mlt"), "--pid", "\(worker.processID)"])
    waitUntilRecorded(directory, recorder)
    recorder.send(signal)
    let outcome = try recorder.wait()
    #expect(outcome.status == 0)
    #expect(worker.isAlive())
    let (lines, end) = try read(try directory.read("a.mlt"))
    #expect(lines.count > 50)
    guard case .complete = end else {
      Issue.record("\(end)")
      return
    }
  }

  @Test func aLostTerminalIsNoReasonToStopUnderNohup() throws {
    let directory = try TemporaryDirectory()
    let worker = try Program.liveChild.start(["work", "500"])
    let recorder = try Program(path: "/bin/sh").start(
      [
        "-c", "trap '' HUP; exec \"$0\" record -o \"$1\" --pid $2", Program.player.path,
        directory.file("a.mlt"), "\(worker.processID)",
      ])
    waitUntilRecorded(directory, recorder)
    recorder.send(SIGHUP)
    usleep(200_000)
    #expect(recorder.isAlive())
    recorder.send(SIGTERM)
    #expect(try recorder.wait().status == 0)
  }

  @Test func aSignalEndsTheProgramThatWasStarted() throws {
    let directory = try TemporaryDirectory()
    let recorder = try Program.player.start(
      ["record", "-o", directory.file("a.mlt"), "--exec", Program.liveChild.path, "work", "500"])
    waitUntilRecorded(directory, recorder)
    recorder.send(SIGTERM)
    #expect(try recorder.wait().status == 0)
    let (lines, _) = try read(try directory.read("a.mlt"))
    #expect(lines.count > 50)
    #expect(lines.last?.hasPrefix("exit ") == true)
  }

  @Test func whatWasWrittenSurvivesAKill() throws {
    let directory = try TemporaryDirectory()
    let worker = try Program.liveChild.start(["work"])
    let recorder = try Program.player.start(
      ["record", "-o", directory.file("a.mlt"), "--pid", "\(worker.processID)"])
    waitUntilRecorded(directory, recorder, bytes: 20_000)
    recorder.send(SIGKILL)
    #expect(try recorder.wait().signal == SIGKILL)
    worker.send(SIGKILL)
    let (lines, _) = try read(try directory.read("a.mlt"))
    #expect(lines.first == "exec \(worker.processID) live-child")
    #expect(lines.filter { $0.hasSuffix(" getppid:ok") }.count > 1000)
  }

  @Test func aRotationLosesNothing() throws {
    let directory = try TemporaryDirectory()
    // The ring has room for all calls, however slowly it is read, and more than a MiB comes before
    // the second half, which waits for the second file.
    let outcome = try Program.player.run([
      "record", "-o", directory.file("a.mlt"), "--rotate-size", "1", "--ring-kib", "32768",
      "--exec", Program.liveChild.path, "storm", "120000", directory.file("a.1.mlt"),
    ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let names = try directory.names()
    #expect(names.count > 1 && names.contains("a.mlt") && names.contains("a.1.mlt"), "\(names)")
    var (calls, lost) = (0, 0)
    for name in names {
      let (lines, end) = try read(try directory.read(name))
      #expect(lines.first?.hasPrefix("exec ") == true)
      #expect(lines.first?.hasSuffix(" live-child") == true)
      calls += lines.filter { $0.hasSuffix(" getppid:ok") }.count
      lost += lines.filter { $0.hasPrefix("lost ") }.count
      guard case .complete = end else {
        Issue.record("\(name): \(end)")
        return
      }
    }
    #expect(lost == 0)
    #expect(calls == 240_000)
  }

  @Test func whatCannotBeWatchedFurtherIsSaidOnce() throws {
    let directory = try TemporaryDirectory()
    let (program, name) = try LiveKernel.copy(as: "few", in: directory)
    let first = try program.start(["work", "1000"])
    // A ring and four events on each CPU, and not four more. An eighth is kept for all else.
    let limit = (5 * sysconf(Int32(_SC_NPROCESSORS_ONLN)) + 4) * 8 / 7 + 1
    let errors = directory.file("errors")
    let recorder = try Program.liveChild.start(
      [
        "limited", "\(limit)", Program.player.path, "record", "-o", directory.file("a.mlt"),
        "--comm", name,
      ], errors: .file(errors))
    func lines() -> [Substring] {
      let text = (try? String(contentsOfFile: errors, encoding: .utf8)) ?? ""
      return text.split(separator: "\n")
    }
    eventually { (try? directory.read("a.mlt").count) ?? 0 > 100 }
    let later = try program.start(["work", "1000"])
    eventually { !lines().isEmpty }
    usleep(2_500_000)
    let said = lines()
    #expect(said.count == 1)
    #expect(
      said.first?.hasPrefix(
        "mle-player: \(name): warning: not everything is watched: no more than ") == true)
    #expect(said.first?.hasSuffix("raise ulimit -n or use --cgroup") == true)
    #expect(first.isAlive() && later.isAlive())
    recorder.send(SIGTERM)
    #expect(try recorder.wait().status == 0)
  }

  @Test func whoCannotBeWatchedAgainForWantOfDescriptorsIsTriedAgain() throws {
    let directory = try TemporaryDirectory()
    let program = try LiveKernel.unreadableProgram(in: directory)
    // A ring and four events on each CPU, and not four more: those of before are not closed yet. An
    // eighth is kept for all else.
    let limit = (5 * sysconf(Int32(_SC_NPROCESSORS_ONLN)) + 8) * 8 / 7 + 1
    let errors = directory.file("errors")
    let recorder = try Program.liveChild.start(
      [
        "limited", "\(limit)", Program.player.path, "record", "-o", directory.file("a.mlt"),
        "--exec", Program.liveChild.path, "nobody", program, "work", "1000",
      ], errors: .file(errors))
    waitUntilRecorded(directory, recorder)
    recorder.send(SIGTERM)
    #expect(try recorder.wait().status == 0)
    let said = try String(contentsOfFile: errors, encoding: .utf8).split(separator: "\n")
    #expect(said.first?.contains("not everything is watched: no more than ") == true)
    #expect(said.count == 2, "\(said)")
    let (lines, _) = try read(try directory.read("a.mlt"))
    #expect(lines.filter { $0.hasPrefix("exit ") }.count == 1)
  }

  /// Whoever makes threads that wait uses descriptors up; what is needed to name and to stop him is kept.
  @Test func someDescriptorsAreKeptForAllElse() throws {
    let directory = try TemporaryDirectory()
    let (program, name) = try LiveKernel.copy(as: "many", in: directory)
    let first = try program.start(["work", "1000"])
    let errors = directory.file("errors")
    let cpus = sysconf(Int32(_SC_NPROCESSORS_ONLN))
    // Ten threads, with four events on each CPU, and a little more.
    let limit = 48 * cpus + 10
    let recorder = try Program.liveChild.start(
      [
        "limited", "\(limit)", Program.player.path, "record", "-o", directory.file("a.mlt"),
        "--comm", name,
      ], errors: .file(errors))
    eventually { (try? directory.read("a.mlt").count) ?? 0 > 100 }
    let others = try (0..<40).map { _ in try program.start(["work", "200000"]) }
    eventually { ((try? directory.read("errors").count) ?? 0) > 0 || !recorder.isAlive() }
    #expect(recorder.isAlive(), "\((try? String(contentsOfFile: errors, encoding: .utf8)) ?? "")")
    let descriptors = try FileManager.default.contentsOfDirectory(
      atPath: "/proc/\(recorder.processID)/fd")
    let most = limit - min(64, limit / 8)
    #expect(
      descriptors.count > most - 4 * cpus && descriptors.count <= most, "\(descriptors.count)")
    recorder.send(SIGTERM)
    #expect(try recorder.wait().status == 0)
    withExtendedLifetime((first, others)) {}
  }

  @Test func aFailedStartLeavesNoFile() throws {
    let directory = try TemporaryDirectory()
    let file = directory.file("a.mlt")
    let outcome = try Program.player.run(["record", "-o", file, "--exec", "/no/such/program"])
    #expect(outcome.status == 66)
    #expect(
      outcome.errors
        == "mle-player: /no/such/program: there is no such program; check the command\n")
    #expect(try directory.names() == [])
    let missing = try Program.player.run(["record", "-o", file, "--pid", "2147483600"])
    #expect(missing.status == 66)
    #expect(try directory.names() == [])
  }

  @Test func aFullDiskIsSaid() throws {
    let outcome = try Program.player.run(["record", "-o", "/dev/full", "--exec", "/bin/true"])
    #expect(outcome.status == 74)
    #expect(outcome.errors.contains("/dev/full: the disk is full; what is before is whole"))
  }
}
