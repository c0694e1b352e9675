import { badRequest } from '../../errors';
import { isObject } from '../../json';
import { throughputFromHeaders } from '../../resources/throughput';
import { json, type Operation } from '../exchange';
import { resourceFeed } from './resourceFeed';

const controlCharge = 4.95;

export const createDatabase: Operation = async (exchange) => {
  const body = exchange.json();
  if (!isObject(body)) throw badRequest('The database must be a JSON object.');
  const throughput = throughputFromHeaders((name) => exchange.header(name));
  const database = await exchange.engine.catalog.createDatabase(body.id, throughput);
  return { ...json(201, database.toResource(), controlCharge), headers: { etag: database.record.etag } };
};

export const readDatabase: Operation = (exchange) => {
  const database = exchange.engine.catalog.database(exchange.segments[1] ?? '');
  return { ...json(200, database.toResource()), headers: { etag: database.record.etag } };
};

export const deleteDatabase: Operation = async (exchange) => {
  await exchange.engine.catalog.deleteDatabase(exchange.segments[1] ?? '', exchange.ifMatch);
  return { status: 204, charge: controlCharge };
};

export const listDatabases: Operation = (exchange) => {
  const databases = exchange.engine.catalog.list().map((database) => database.toResource());
  return resourceFeed(exchange, 'Databases', '', databases);
};
