import ModelFormat
import Testing

struct CSourceTests {
  private static func emit(
    _ blob: [UInt8], name: String = "detector"
  ) throws -> CSource {
    let result = try withModel(blob) { model in
      Result { () throws(CSource.NameError) in
        try CSource(blob: blob, model: model, name: name, headerFile: "it.h")
      }
    }
    return try result.get()
  }

  @Test func arrayHasTheBlobsBytesInOrder() throws {
    for description in [try Sample.smallest(), try Sample.gated()] {
      let blob = try description.encoded()
      let source = try Self.emit(blob).source
      let body = try #require(source.split(separator: "= {\n").last?.split(separator: "}").first)
      let numbers = body.split(whereSeparator: { $0 == "," || $0 == "\n" }).map { UInt8($0) }
      #expect(numbers == blob.map { $0 })
      #expect(source.contains("#include \"it.h\"\n"))
      #expect(source.contains("const unsigned char detector[DETECTOR_LENGTH] = {"))
    }
  }

  @Test func headerHasLengthAndDigest() throws {
    let blob = try Sample.smallest().encoded()
    let header = try Self.emit(blob).header
    let digest = try withModel(blob) { "\($0.digest)" }
    #expect(header.contains("#define DETECTOR_LENGTH \(blob.count)\n"))
    #expect(header.contains("#define DETECTOR_DIGEST \"\(digest)\"\n"))
    #expect(header.contains("extern const unsigned char detector[DETECTOR_LENGTH];\n"))
  }

  @Test(arguments: ["", "2nd", "a-b", "a b", "größe", "a;", String(repeating: "a", count: 64)])
  func namesThatAreNoIdentifiersAreRefused(name: String) throws {
    let blob = try Sample.smallest().encoded()
    #expect(throws: CSource.NameError.notAnIdentifier) { try Self.emit(blob, name: name) }
  }

  @Test(arguments: ["int", "class", "_model", "__model", "main", "co_await", "linux", "unix"])
  func namesThatCKeepsAreRefused(name: String) throws {
    let blob = try Sample.smallest().encoded()
    #expect(throws: CSource.NameError.reserved) { try Self.emit(blob, name: name) }
  }

  @Test func namesUpToTheLongestAreTaken() throws {
    let blob = try Sample.smallest().encoded()
    for name in ["a", "Int", "model_2", String(repeating: "x", count: 63)] {
      #expect(try Self.emit(blob, name: name).source.contains(" \(name)["))
    }
  }
}
