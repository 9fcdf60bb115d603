import Foundation
import TestSupport
import Testing

/// `docs/c-api/example.c` with the static library of this build, against the player of this build.
struct ExampleTests {
  private let directory: TemporaryDirectory
  private static let compiler = Program(path: "/usr/bin/cc")
  static let hasCompiler: Bool = {
    let isThere = FileManager.default.isExecutableFile(atPath: compiler.path)
    if !isThere { print("skipped: no C compiler in \(compiler.path)") }
    return isThere
  }()

  init() throws { directory = try TemporaryDirectory() }

  private static let package = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  private static let model = TestModel(
    TestModel.tcn(
      vocabulary: 30, channels: 8, kernel: 2, dilations: [1, 2, 4], activation: .gated,
      isTied: false),
    seed: 11, minimumEvents: 4, threshold: 3.3)

  private func emit(_ blob: [UInt8]) throws -> Program.Outcome {
    let model = try directory.write(blob, to: "model.mle")
    return try Program.exporter.run(["emit-c", model, "-o", directory.file("model.c")])
  }

  /// Compiles and links with the emitted model; any warning is an error.
  private func compile(_ source: String, _ library: [String] = []) throws -> Program {
    let outcome = try Self.compiler.run(
      ["-std=c99", "-O1", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]
        + ["-I", Self.package + "/Sources/CMLEPlayer/include", "-I", directory.path]
        + [source, directory.file("model.c")] + library
        + ["-Wl,--gc-sections", "-o", directory.file("program")])
    try #require(outcome.status == 0, "\(outcome.errors)")
    return Program(path: directory.file("program"))
  }

  @Test(.enabled(if: ExampleTests.hasCompiler, "no C compiler"))
  func emittedArrayIsTheBlobAtAMultipleOf64() throws {
    let blob = try Self.model.description.encoded()
    #expect(try emit(blob).status == 0)
    let source = """
      #include "model.h"
      #include <stdio.h>
      int main(void) {
        if ((size_t)mle_model % 64 != 0 || sizeof mle_model != MLE_MODEL_LENGTH) return 1;
        return fwrite(mle_model, 1, MLE_MODEL_LENGTH, stdout) != MLE_MODEL_LENGTH;
      }

      """
    let outcome = try compile(try directory.write(source.utf8, to: "dump.c")).run([])
    #expect(outcome.status == 0)
    #expect(outcome.output == blob)
  }

  @Test(.enabled(if: ExampleTests.hasCompiler, "no C compiler"))
  func examplePrintsWhatThePlayerPrints() throws {
    #expect(try emit(try Self.model.description.encoded()).status == 0)
    let library = URL(fileURLWithPath: Program.player.path).deletingLastPathComponent().path
    let example = try compile(
      Self.package + "/docs/c-api/example.c", [library + "/libmleplayer.a"])
    let events = try directory.write(Self.events(seed: 4, count: 1500).utf8, to: "events.txt")
    let expected = try Program.player.run(
      ["score", directory.file("model.mle"), events, "--digest"])
    #expect(expected.status == 0)
    #expect(expected.lines.count > 10)
    let found = try example.run(["-x", events])
    #expect(found.status == 0)
    #expect(found.text == expected.text)
    // With -x, ten events a verdict at most: a window's length.
    let verdicts = found.lines.count - 1
    #expect(found.errorLines.filter { $0.contains(", expected:") }.count > 4 * verdicts)
  }

  /// Lines of every kind; states by name and by id.
  private static func events(seed: UInt64, count: Int) -> String {
    var generator = SplitMix64(seed: seed)
    func number(_ limit: Int) -> Int { Int(generator.next() % UInt64(limit)) }
    return (0..<count).map { index in
      let (pid, other) = (1 + number(5), 1 + number(5))
      switch number(30) {
      case 0: return "fork \(pid) \(pid) \(other) \(other) \(index)"
      case 1: return "exec \(pid) \(pid) program-\(other)"
      case 2: return "exit \(pid) \(pid) \(index)"
      case 3: return "lost \(other) \(pid) \(pid)"
      case 4: return "lost 1 \(index)"
      case 5: return "# \(index)"
      case 6: return "\(pid) \(pid) nobody-knows"
      case 7...15: return "\(pid)\t\(pid) \(3 * number(30)) \(index * 1000)"
      default: return "\(pid) \(pid) state\(1 + number(29)) \(index * 1000)"
      }
    }.joined(separator: "\n")
  }

  @Test func onlyVerifiedBlobsAreEmitted() throws {
    let wrong = Self.model.changing { $0.goldenEvents[3].surprise = .cap }
    let outcome = try emit(try wrong.description.encoded())
    #expect(outcome.status == 70)
    #expect(outcome.errorLines.count == 1)
    #expect(outcome.errors.contains("golden event 3 scores"))
    var damaged = try Self.model.description.encoded()
    damaged[200] ^= 4
    #expect(try emit(damaged).status == 65)
    #expect(try directory.names() == ["model.mle"])
  }

  @Test func outputMustBeACFileAndTheNameAnIdentifier() throws {
    let model = try directory.write(try Self.model.description.encoded(), to: "model.mle")
    for output in ["model.h", "model", ".c"] {
      let outcome = try Program.exporter.run(["emit-c", model, "-o", directory.file(output)])
      #expect(outcome.status == 64)
    }
    let outcome = try Program.exporter.run(
      ["emit-c", model, "-o", directory.file("model.c"), "--name", "int"])
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("--name int: is a name that C or C++ keeps for itself;"))
    #expect(try directory.names() == ["model.mle"])
  }
}
