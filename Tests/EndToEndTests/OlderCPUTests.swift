import CCPUFeatures
import Foundation
import TestSupport
import Testing
import Training

/// What a machine answers that lacks the instructions the training kernels were compiled for.
@Suite struct OlderCPUTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  @Test func onlyTrainingNeedsTheCPUThatItWasBuiltFor() throws {
    let emulator = Program(path: "/usr/bin/qemu-x86_64")
    guard FileManager.default.isExecutableFile(atPath: emulator.path) else {
      return print("skipped: no qemu-x86_64")
    }
    guard TrainingCPU.compiledFeatures() != 0 else {
      return print("skipped: the kernels run on any CPU")
    }
    let files = try Pipeline.get()
    func run(_ program: Program, _ arguments: [String]) throws -> Program.Outcome {
      try emulator.run(["-cpu", "Nehalem", program.path] + arguments, timeLimitInSeconds: 300)
    }
    func expect(_ outcome: Program.Outcome) {
      #expect(outcome.status == 0, "\(outcome.signal ?? 0): \(outcome.errors)")
    }
    let blob = directory.file("m.mle")
    expect(try run(.exporter, [files.checkpoint, "--calibrate", files.first, "-o", blob]))
    expect(try run(.player, ["score", blob, files.capture]))
    let evaluated = ["--normal", files.rest, "--attack", try files.labelled(in: directory)]
    let page = ["--train", files.first, "--report", directory.file("page.html")]
    expect(try run(.trainer, ["evaluate", blob] + evaluated + page))
    expect(try run(.trainer, ["evaluate", files.checkpoint] + evaluated))
    expect(
      try run(
        .trainer,
        ["bench-detectors", files.first, "--checkpoint", files.checkpoint] + evaluated))

    let scores = directory.file("s.h5")
    for training in [
      ["train", files.first, "-o", directory.file("c.h5")], ["train", files.first, "--dry-run"],
      ["calibrate", files.checkpoint, files.first, "-o", scores],
      ["bench", "tcn-s"], ["bench-detectors", files.first] + evaluated,
    ] {
      let outcome = try run(.trainer, training)
      #expect(outcome.status == 70, "\(training[0]): \(outcome.signal ?? 0): \(outcome.errors)")
      let lacking = (0..<cpu_feature_count()).filter {
        TrainingCPU.compiledFeatures() >> $0 & 1 == 1
      }.map { String(cString: cpu_feature_name($0)) }
      #expect(outcome.errors.contains("needs a CPU with \(lacking.joined(separator: ", ")); build"))
    }
  }
}
